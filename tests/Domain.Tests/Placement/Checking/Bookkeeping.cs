using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Tests.Placement.Checking;

/// <summary>A plan whose figures are all right for its trades, for problems with one currency, no taxes, sets or funds.</summary>
internal static class Bookkeeping
{
    public static PlannedTrade Trade(PlacementProblem problem, string account, string asset, TradeSide side, decimal quantity)
    {
        var market = problem.Accounts.First(candidate => candidate.Id == account).Markets.First(candidate => candidate.Asset == asset);
        var notional = quantity * problem.Prices[asset];
        return new PlannedTrade(account, asset, market.Quote, side, quantity, problem.Prices[asset], notional, notional * market.FeeRate, "");
    }

    public static Plan PlanOf(PlacementProblem problem, params PlannedTrade[] trades)
    {
        var after = problem.Accounts.ToDictionary(account => account.Id, account => After(problem, account, trades));
        var value = problem.Accounts.Sum(account => account.Cash.Values.Sum() + account.Unsettled.Values.Sum() + Worth(problem, account.Holdings))
            - problem.Withdraw.Values.Sum();
        var names = problem.Targets.Keys.Union(after.Values.SelectMany(account => account.HoldingsAfter.Keys)).Except(problem.Unmanaged).ToList();
        decimal Before(string asset) => problem.Accounts.Sum(account => account.Holdings.GetValueOrDefault(asset)) * problem.Prices[asset];
        decimal Then(string asset) => after.Values.Sum(account => account.HoldingsAfter.GetValueOrDefault(asset)) * problem.Prices[asset];
        var deviation = names.Sum(asset => Math.Abs(Then(asset) - problem.Targets.GetValueOrDefault(asset) * value));
        var cost = trades.Sum(trade => CostOf(problem, trade));
        return new Plan
        {
            Status = PlanStatus.Optimal,
            Trades = trades,
            TotalValue = value,
            DeviationBefore = names.Sum(asset => Math.Abs(Before(asset) - problem.Targets.GetValueOrDefault(asset) * value)),
            DeviationAfter = deviation,
            Cost = cost,
            Tax = 0,
            Objective = problem.DeviationWeight * deviation + cost + problem.OrderPenalty * trades.Length,
            Accounts = [.. after.Values],
            Assets =
            [
                .. names.Select(asset => new AssetWeights(
                    asset, (double)(Before(asset) / value), (double)problem.Targets.GetValueOrDefault(asset), (double)(Then(asset) / value))),
            ],
        };
    }

    private static decimal Worth(PlacementProblem problem, SortedDictionary<string, decimal> holdings) =>
        holdings.Where(entry => !problem.Unmanaged.Contains(entry.Key)).Sum(entry => entry.Value * problem.Prices[entry.Key]);

    private static decimal CostOf(PlacementProblem problem, PlannedTrade trade)
    {
        var market = problem.Accounts.First(account => account.Id == trade.Account).Markets.First(candidate => candidate.Asset == trade.Asset);
        return trade.Notional * (market.FeeRate + market.HalfSpread) + market.TicketFee;
    }

    private static AccountAfter After(PlacementProblem problem, PlacementAccount account, PlannedTrade[] trades)
    {
        var cash = account.Cash.Values.Sum();
        var holdings = new SortedDictionary<string, decimal>(account.Holdings);
        foreach (var trade in trades.Where(trade => trade.Account == account.Id))
        {
            var sign = trade.Side == TradeSide.Buy ? 1 : -1;
            cash -= sign * trade.Notional + CostOf(problem, trade);
            holdings[trade.Asset] = holdings.GetValueOrDefault(trade.Asset) + sign * trade.Quantity;
        }

        return new AccountAfter(account.Id, account.Cash.Values.Sum(), cash, holdings);
    }
}
