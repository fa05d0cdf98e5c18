using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Positions;

/// <summary>
/// Hands new money out in equal steps, each to the asset that is then the most underweight, and takes money out in steps from the most
/// overweight; shares are rounded down. No optimum, but easy to follow by hand, and it neither sells to invest nor buys to withdraw.
/// </summary>
public static class IncrementStrategy
{
    /// <param name="problem">Of one account, with the money to invest in its cash or the money to take out in its withdrawals.</param>
    /// <param name="positions">Ties go to the larger unrealised loss, which is the cheaper to sell and the better to average down, then by name.</param>
    public static Plan Plan(PlacementProblem problem, IReadOnlyList<BrokerPosition> positions, decimal amount, decimal step, TradeSide side)
    {
        var account = problem.Accounts.Single();
        var shares = Allocate(problem, account, positions, amount, step, side)
            .Select(entry => (Asset: entry.Key, Shares: Math.Floor(entry.Value / problem.Prices[entry.Key])))
            .ToList();
        var trades = shares.Where(entry => entry.Shares > 0).Select(entry => Trade(problem, account, entry.Asset, side, entry.Shares)).ToList();
        return IncrementPlan.Of(problem, trades, amount, side);
    }

    /// <summary>Money by asset.</summary>
    private static SortedDictionary<string, decimal> Allocate(
        PlacementProblem problem, PlacementAccount account, IReadOnlyList<BrokerPosition> positions, decimal amount, decimal step, TradeSide side)
    {
        var sign = side == TradeSide.Buy ? 1 : -1;
        var values = new SortedDictionary<string, decimal>();
        foreach (var asset in problem.Targets.Keys.Concat(account.Holdings.Keys))
        {
            values[asset] = account.Holdings.GetValueOrDefault(asset) * problem.Prices[asset];
        }

        var gains = positions.ToDictionary(position => position.Symbol, position => position.UnrealisedGain ?? 0);
        var final = values.Values.Sum() + (sign * amount);
        var given = new SortedDictionary<string, decimal>();
        for (var left = amount; left >= step; left -= step)
        {
            var candidates = values.Where(entry => side == TradeSide.Buy ? problem.Targets.GetValueOrDefault(entry.Key) > 0 : entry.Value >= step);
            var next = candidates
                .OrderByDescending(entry => sign * ((problem.Targets.GetValueOrDefault(entry.Key) * final) - entry.Value))
                .ThenBy(entry => gains.GetValueOrDefault(entry.Key))
                .ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => entry.Key)
                .FirstOrDefault();
            if (next is null)
            {
                break;
            }

            values[next] += sign * step;
            given[next] = given.GetValueOrDefault(next) + step;
        }

        return given;
    }

    private static PlannedTrade Trade(PlacementProblem problem, PlacementAccount account, string asset, TradeSide side, decimal shares)
    {
        var price = problem.Prices[asset];
        var reason = side == TradeSide.Buy ? "most underweight when a step was handed out" : "most overweight when a step was taken";
        return new PlannedTrade(account.Id, asset, problem.BaseCurrency, side, shares, price, shares * price, 0, reason);
    }
}
