using System.CommandLine;
using Rebalancer.Domain.Common;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Demo;

/// <summary>The end of a demo for a person: its rebalances, its accounts, what the last one moved, why and at what cost, and what to do next.</summary>
public static class DemoSummary
{
    private static readonly Column<DemoDecision>[] DecisionColumns =
    [
        new("Decision", decision => decision.Id),
        new("Why", decision => decision.Trigger),
        new("Drift before", decision => Display.Percent(decision.DriftBefore), AlignRight: true, decision => decision.DriftBefore.ToString("R")),
        new("Planned", decision => Display.Percent(decision.DriftPlanned), AlignRight: true, decision => decision.DriftPlanned.ToString("R")),
        new("After", decision => Display.Percent(decision.DriftAfter), AlignRight: true, decision => decision.DriftAfter.ToString("R")),
        new("Orders", decision => decision.Orders.ToString(), AlignRight: true),
        new("Fills", decision => decision.Fills.ToString(), AlignRight: true),
        new("Fees", decision => Display.Amount(decision.Fees), AlignRight: true, decision => DecimalText.Format(decision.Fees)),
        new("Gap bp", decision => decision.GapBasisPoints.ToString("0.###"), AlignRight: true, decision => decision.GapBasisPoints.ToString("R")),
    ];

    private static readonly Column<DemoAccount>[] AccountColumns =
    [
        new("Account", account => account.Id),
        new("Venue", account => account.Venue),
        new("Value", account => account.Value is { } value ? Display.Amount(value) : "unknown", AlignRight: true),
    ];

    public static async Task WriteAsync(
        CliContext context, ParseResult parse, IServiceOperations operations, DemoReport report, DataDirectory data)
    {
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Csv)
        {
            TableWriter.WriteCsv(context.Out, report.Decisions, DecisionColumns);
            return;
        }

        TableWriter.WriteTable(context.Out, report.Decisions, DecisionColumns, context.UseColor);
        context.Out.WriteLine();
        TableWriter.WriteTable(context.Out, report.Accounts, AccountColumns, context.UseColor);
        context.Out.WriteLine();
        if (report.Decisions is not [.., var last])
        {
            context.Out.WriteLine("No rebalance was completed.");
            return;
        }

        foreach (var line in await DescribeAsync(operations, last))
        {
            context.Out.WriteLine(line);
        }

        context.Out.WriteLine($"Next: {ProgramName.ToPaste(context)} audit explain {last.Id} --data {context.Display(data.Path)}");
    }

    private static async Task<IReadOnlyList<string>> DescribeAsync(IServiceOperations operations, DemoDecision decision)
    {
        var orders = (await operations.GetOrdersAsync(account: null, limit: 1000, CancellationToken.None))
            .Where(entry => entry.Order.DecisionId == decision.Id && entry.Order.Filled > 0)
            .ToList();
        return
        [
            $"Moved: {Moved(TradeSide.Sell, "sold")}; {Moved(TradeSide.Buy, "bought")}.",
            $"Why:   {decision.Trigger}; drift went from {Display.Percent(decision.DriftBefore)} to {Display.Percent(decision.DriftAfter)} (planned {Display.Percent(decision.DriftPlanned)}).",
            $"Cost:  {Display.Amount(decision.Fees)} USD in fees for {decision.Fills} fills.",
        ];

        string Moved(TradeSide side, string verb)
        {
            var moved = orders.Where(entry => entry.Order.Side == side).GroupBy(entry => entry.Order.Market.Asset).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{DecimalText.Format(group.Sum(entry => entry.Order.Filled))} {group.Key}").ToList();
            return moved.Count == 0 ? $"{verb} nothing" : $"{verb} {string.Join(", ", moved)}";
        }
    }
}
