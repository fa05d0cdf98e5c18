using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Facts;

/// <summary>What trades of the last days forbid now, in every account: a loss does not count when the asset is bought around it.</summary>
internal static class WashSaleWindow
{
    /// <summary>Sold at a loss a short time ago: buying now would disallow that loss.</summary>
    public static bool ForbidsBuying(PlacementProblem problem, string asset) =>
        Recent(problem, asset).Any(trade => trade.Side == TradeSide.Sell && trade.Gain < 0);

    /// <summary>Bought a short time ago: a loss taken now would be disallowed.</summary>
    public static bool ForbidsLosses(PlacementProblem problem, string asset) => Recent(problem, asset).Any(trade => trade.Side == TradeSide.Buy);

    private static IEnumerable<RecentTrade> Recent(PlacementProblem problem, string asset) =>
        problem.Taxes is not { WashSaleDays: > 0 and var days }
            ? []
            : problem.RecentTrades.Where(trade => string.Equals(trade.Asset, asset, StringComparison.Ordinal)
                && Math.Abs(trade.Date.DayNumber - problem.AsOf.DayNumber) <= days);
}
