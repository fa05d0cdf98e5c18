using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Positions;

/// <summary>Puts the trades of the increment strategy into a plan, for one account without fees.</summary>
internal static class IncrementPlan
{
    public static Plan Of(PlacementProblem problem, IReadOnlyList<PlannedTrade> trades, decimal amount, TradeSide side)
    {
        var account = problem.Accounts.Single();
        var after = new SortedDictionary<string, decimal>(account.Holdings);
        foreach (var trade in trades)
        {
            after[trade.Asset] = after.GetValueOrDefault(trade.Asset) + (trade.Side == TradeSide.Buy ? trade.Quantity : -trade.Quantity);
        }

        var cash = account.Cash.Values.Sum();
        var moved = trades.Sum(trade => trade.Notional);
        var total = cash + Worth(problem, account.Holdings) - problem.Withdraw.Values.Sum();
        var deviation = Deviation(problem, after, total);
        return new Plan
        {
            Status = PlanStatus.Feasible,
            Objective = problem.DeviationWeight * deviation,
            TotalValue = total,
            DeviationBefore = Deviation(problem, account.Holdings, total),
            DeviationAfter = deviation,
            Cost = 0,
            Tax = 0,
            Trades = trades,
            Assets = [.. Names(problem, after).Select(asset => Weights(problem, account.Holdings, after, total, asset))],
            Accounts = [new AccountAfter(account.Id, cash, cash + (side == TradeSide.Buy ? -moved : moved), after)],
            Warnings = moved == amount ? [] : [Leftover(amount, moved, side)],
        };
    }

    private static string Leftover(decimal amount, decimal moved, TradeSide side) => side == TradeSide.Buy
        ? $"{DecimalText.Format(amount - moved)} of {DecimalText.Format(amount)} is left over: it makes no whole step or no whole share"
        : $"the sells raise {DecimalText.Format(moved)} of {DecimalText.Format(amount)}: the rest makes no whole step or no whole share";

    private static decimal Worth(PlacementProblem problem, SortedDictionary<string, decimal> holdings) =>
        holdings.Sum(entry => entry.Value * problem.Prices[entry.Key]);

    private static SortedSet<string> Names(PlacementProblem problem, SortedDictionary<string, decimal> holdings) =>
        [.. problem.Targets.Keys, .. holdings.Keys];

    private static decimal Deviation(PlacementProblem problem, SortedDictionary<string, decimal> holdings, decimal total) =>
        Names(problem, holdings).Sum(asset =>
            Math.Abs((holdings.GetValueOrDefault(asset) * problem.Prices[asset]) - (problem.Targets.GetValueOrDefault(asset) * total)));

    private static AssetWeights Weights(
        PlacementProblem problem, SortedDictionary<string, decimal> before, SortedDictionary<string, decimal> after, decimal total, string asset)
    {
        double Share(SortedDictionary<string, decimal> holdings) =>
            total <= 0 ? 0 : (double)(holdings.GetValueOrDefault(asset) * problem.Prices[asset] / total);
        return new AssetWeights(asset, Share(before), (double)problem.Targets.GetValueOrDefault(asset), Share(after));
    }
}
