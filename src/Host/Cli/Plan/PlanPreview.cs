using Rebalancer.Domain.Placement;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>What the answers given so far come to, shown after each: every asset's weight now and wanted, and what the difference is worth.</summary>
internal static class PlanPreview
{
    private const int BarWidth = 24;

    public static void Show(CliContext context, PlacementProblem problem)
    {
        var total = problem.Accounts.Sum(account => Worth(problem, account)) - problem.Withdraw.Values.Sum();
        if (total <= 0)
        {
            return;
        }

        var lines = problem.Targets.Keys.Union(problem.Accounts.SelectMany(account => account.Holdings.Keys)).Order(StringComparer.Ordinal)
            .Select(asset => new Line(asset, problem.Accounts.Sum(account => ValueOf(problem, account, asset)) / total, problem.Targets.GetValueOrDefault(asset), total))
            .ToList();
        lines.Add(new Line("cash", 1 - lines.Sum(line => line.Now), 1 - problem.Targets.Values.Sum(), total));
        var widest = lines.Max(line => Math.Max(line.Now, line.Target));
        context.Out.WriteLine();
        TableWriter.WriteTable(
            context.Out, lines,
            [
                new Column<Line>("Asset", line => line.Asset),
                new("Now", line => Display.Percent((double)line.Now), AlignRight: true),
                new("Target", line => Display.Percent((double)line.Target), AlignRight: true),
                new("█ held  ░ missing  ▒ too much", line => Bar(line, widest)),
                new("To target", line => PlanTables.Money((line.Target - line.Now) * line.Total), AlignRight: true),
            ],
            context.UseColor);
        context.Out.WriteLine();
    }

    private static string Bar(Line line, decimal widest)
    {
        var (now, target) = (Length(line.Now), Length(line.Target));
        return new string('█', Math.Min(now, target)) + new string('░', Math.Max(0, target - now)) + new string('▒', Math.Max(0, now - target));

        int Length(decimal weight) => widest <= 0 ? 0 : (int)decimal.Round(Math.Max(0, weight) / widest * BarWidth);
    }

    private static decimal Worth(PlacementProblem problem, PlacementAccount account) =>
        account.Cash.Sum(cash => cash.Value * problem.PriceOf(cash.Key)) + account.Holdings.Keys.Sum(asset => ValueOf(problem, account, asset));

    /// <summary>Only what is held needs a price.</summary>
    private static decimal ValueOf(PlacementProblem problem, PlacementAccount account, string asset) =>
        account.Holdings.TryGetValue(asset, out var quantity) && quantity != 0 ? quantity * problem.PriceOf(asset) : 0;

    /// <param name="Now">Share of the whole, as <paramref name="Target"/>.</param>
    private sealed record Line(string Asset, decimal Now, decimal Target, decimal Total);
}
