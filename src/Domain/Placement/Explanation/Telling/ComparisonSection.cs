using System.Globalization;

namespace Rebalancer.Domain.Placement.Explanation.Telling;

/// <summary>The plan's figures beside those of doing without it.</summary>
internal static class ComparisonSection
{
    private static readonly string[] Header = ["", "Trades", "Traded", "Cost", "Tax", "Off target after"];

    public static IReadOnlyList<string> Tell(Plan plan, MoneyText money)
    {
        if (plan.Explanation is not { Comparison: { Count: > 0 } comparison })
        {
            return [];
        }

        var rows = comparison.Select(row => new[]
        {
            Name(row.Plan), row.Trades.ToString(CultureInfo.InvariantCulture), money.Number(row.Turnover), money.Number(row.Cost), money.Number(row.Tax), money.Number(row.Deviation),
        }).Prepend(Header).ToList();
        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        return
        [
            .. rows.Select(row => "  " + string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column])))),
            $"  Amounts in {money.Currency}. Off target: what all assets have too much or too little, added up.",
        ];
    }

    private static string Name(ComparedPlan plan) => plan switch
    {
        ComparedPlan.This => "this plan",
        ComparedPlan.AccountByAccount => "every account by itself",
        _ => "every trade spread over all",
    };
}
