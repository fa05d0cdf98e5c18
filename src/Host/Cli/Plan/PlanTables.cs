using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Explanation.Telling;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>Prints a plan for a person, within 100 columns: what to do, where that leads, and, when asked, why and what else could be done.</summary>
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
            WriteTrades(context, task.Problem, plan, explain);
            WriteSection(context, explain ? "Where that leads" : "Weights", [.. plan.Assets, .. CashWeight.Of(task.Problem, plan)], WeightColumns, "no asset");
            WriteSection(context, "Accounts", plan.Accounts, AccountColumns, "no account");
        }

        if (explain)
        {
            WriteStory(context, task.Problem, plan);
        }
        else
        {
            WriteHints(context, plan);
        }

        WriteSummary(context, task.Problem, plan);
    }

    public static string Money(decimal amount) => amount.ToString("#,0.00");

    public static string Quantity(decimal quantity) => quantity.ToString("#,0.########");

    private static void WriteTrades(CliContext context, PlacementProblem problem, Domain.Placement.Plan plan, bool explain)
    {
        const string nothing = "none: nothing is worth trading";
        if (explain && plan.Explanation is { } explanation)
        {
            WriteSection(context, "What to do", ExplainedTrades.Of(plan, explanation), ExplainedTrades.Columns(problem.BaseCurrency, explanation), nothing);
        }
        else
        {
            WriteSection(context, explain ? "What to do" : "Trades", plan.Trades, TradeColumns, nothing);
        }
    }

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

    private static void WriteStory(CliContext context, PlacementProblem problem, Domain.Placement.Plan plan)
    {
        foreach (var section in PlanStory.Tell(plan, problem.BaseCurrency))
        {
            context.Out.WriteLine(section.Title);
            foreach (var line in section.Lines)
            {
                context.Out.WriteLine(TableWriter.Printable(line));
            }

            context.Out.WriteLine();
        }
    }

    private static void WriteHints(CliContext context, Domain.Placement.Plan plan)
    {
        List<string> lines =
        [
            .. plan.Skipped.Count > 0 ? [$"{plan.Skipped.Count} possible trade{(plan.Skipped.Count == 1 ? " is" : "s are")} left alone; --explain says why"] : Array.Empty<string>(),
            .. plan.Transfers.Select(advice =>
                $"moving {Money(advice.Amount)} {advice.Currency} from {advice.From} to {advice.To} would reduce the deviation by {Money(advice.WouldReduceDeviationBy)}"),
            .. plan.Warnings,
        ];
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
        var trades = plan.Trades.Count == 1 ? "1 trade" : $"{plan.Trades.Count} trades";
        var fallback = plan.Fallback ? "; the simple method stood in for a solver that did not answer" : "";
        context.Out.WriteLine($"Value {Money(plan.TotalValue)} {problem.BaseCurrency}; off target, all assets added up: {Money(plan.DeviationBefore)} → {Money(plan.DeviationAfter)}");
        context.Out.WriteLine($"{trades}, cost {Money(plan.Cost)}, tax {Money(plan.Tax)}; {Proof(plan)}{fallback}");
    }

    private static string Proof(Domain.Placement.Plan plan) => plan switch
    {
        { Status: PlanStatus.Infeasible } => "infeasible: not everything that was asked for can be kept",
        { Bound: null, TradesBound: { } least } => $"{plan.Status.ToString().ToLowerInvariant()}: no plan does with fewer than {least}",
        { Bound: null } => plan.Status.ToString().ToLowerInvariant(),
        _ when Money(Math.Max(0, plan.Objective - plan.Bound.Value)) == Money(0) => $"{plan.Status.ToString().ToLowerInvariant()}: no plan is better",
        _ => $"{plan.Status.ToString().ToLowerInvariant()}: no plan is better by more than {Money(plan.Objective - plan.Bound.Value)}, which is {plan.GapBasisPoints / 100:0.######} % of the value",
    };
}
