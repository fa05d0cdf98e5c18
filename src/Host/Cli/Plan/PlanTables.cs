using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>Prints a plan for a person, within 100 columns: what to do, where that leads, and why.</summary>
internal static class PlanTables
{
    private static readonly Column<PlannedTrade>[] TradeColumns =
    [
        new("Account", trade => trade.Account),
        new("Side", trade => trade.Side == TradeSide.Buy ? "buy" : "sell"),
        new("Quantity", trade => Quantity(trade.Quantity), AlignRight: true, trade => DecimalText.Format(trade.Quantity)),
        new("Asset", trade => trade.Asset),
        new("Price", trade => Money(trade.Price), AlignRight: true, trade => DecimalText.Format(trade.Price)),
        new("Notional", trade => Money(trade.Notional), AlignRight: true, trade => DecimalText.Format(trade.Notional)),
        new("Fee", trade => Money(trade.Fee), AlignRight: true, trade => DecimalText.Format(trade.Fee)),
        new("Quote", trade => trade.Quote),
    ];

    private static readonly Column<AssetWeights>[] WeightColumns =
    [
        new("Asset", asset => asset.Asset),
        new("Before", asset => Percent(asset.Before), AlignRight: true),
        new("Target", asset => Percent(asset.Target), AlignRight: true),
        new("After", asset => Percent(asset.After), AlignRight: true),
    ];

    private static readonly Column<AccountAfter>[] AccountColumns =
    [
        new("Account", account => account.Id),
        new("Cash before", account => Money(account.CashBefore), AlignRight: true),
        new("Cash after", account => Money(account.CashAfter), AlignRight: true),
        new("Holdings after", account => Shorten(string.Join(", ", account.HoldingsAfter.Where(entry => entry.Value != 0).Select(entry => $"{Quantity(entry.Value)} {entry.Key}")), 50)),
    ];

    public static void WriteTrades(TextWriter writer, Domain.Placement.Plan plan) => TableWriter.WriteCsv(writer, plan.Trades, TradeColumns);

    public static void Write(CliContext context, PlanTask task, Domain.Placement.Plan plan, bool explain)
    {
        if (task.FromPositions)
        {
            PositionTable.Write(context, task.Problem, plan);
        }
        else
        {
            WriteSection(context, "Trades", plan.Trades, TradeColumns, "none: nothing is worth trading");
            WriteSection(context, "Weights", plan.Assets, WeightColumns, "no asset");
            WriteSection(context, "Accounts", plan.Accounts, AccountColumns, "no account");
        }

        WriteWhy(context, plan, explain);
        WriteSummary(context, task.Problem, plan);
    }

    public static string Money(decimal amount) => amount.ToString("#,0.00");

    public static string Quantity(decimal quantity) => quantity.ToString("#,0.########");

    private static string Percent(double weight) => (weight * 100).ToString("0.00") + " %";

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private static void WriteSection<T>(CliContext context, string title, IReadOnlyList<T> rows, Column<T>[] columns, string nothing)
    {
        context.Out.WriteLine(title);
        if (rows.Count == 0)
        {
            context.Out.WriteLine($"  {nothing}");
        }
        else
        {
            TableWriter.WriteTable(context.Out, rows, columns, context.UseColor);
        }

        context.Out.WriteLine();
    }

    private static void WriteWhy(CliContext context, Domain.Placement.Plan plan, bool explain)
    {
        var lines = new List<string>();
        if (explain)
        {
            lines.AddRange(plan.Trades.Select(trade =>
                $"{trade.Account}: {(trade.Side == TradeSide.Buy ? "buy" : "sell")} {Quantity(trade.Quantity)} {trade.Asset}: {trade.Reason}"));
            lines.AddRange(plan.Skipped.Select(pair => $"{pair.Account}: {pair.Asset} is left alone: {pair.Reason}"));
        }
        else if (plan.Skipped.Count > 0)
        {
            lines.Add($"{plan.Skipped.Count} possible trades are left alone; --explain says why");
        }

        lines.AddRange(plan.Transfers.Select(advice =>
            $"moving {Money(advice.Amount)} {advice.Currency} from {advice.From} to {advice.To} would reduce the deviation by {Money(advice.WouldReduceDeviationBy)}"));
        lines.AddRange(plan.Warnings);
        foreach (var line in lines)
        {
            context.Out.WriteLine(TableWriter.Printable(line));
        }

        if (lines.Count > 0)
        {
            context.Out.WriteLine();
        }
    }

    private static void WriteSummary(CliContext context, PlacementProblem problem, Domain.Placement.Plan plan)
    {
        var status = plan.Status.ToString().ToLowerInvariant();
        var proof = plan.Bound is null ? status : $"{status}, gap {plan.GapBasisPoints:0.####} bp of value";
        context.Out.WriteLine($"Value {Money(plan.TotalValue)} {problem.BaseCurrency}; distance from the targets {Money(plan.DeviationBefore)} → {Money(plan.DeviationAfter)}");
        context.Out.WriteLine($"{plan.Trades.Count} trades, cost {Money(plan.Cost)}, tax {Money(plan.Tax)}; {proof}{(plan.Fallback ? "; the simple method stood in for a solver that did not answer" : "")}");
    }
}
