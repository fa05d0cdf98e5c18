using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Which (account, asset) pairs would still help but are not traded, and which rule binds; and holdings that no rule lets go.</summary>
internal static class SkippedPairs
{
    // Smaller distances are rounding of the last lot, not a pair that anyone would trade.
    private const decimal SmallestShareOfValue = 0.0000001m;

    public static IReadOnlyList<SkippedPair> Of(PlanState state)
    {
        var portfolio = state.Portfolio;
        var (obstacles, trial) = (new Obstacles(state), new TradeTrial(state));
        var imagined = new ImaginedMarkets(portfolio);
        var skipped = new List<SkippedPair>();
        var wanted = new SortedSet<string>(portfolio.Problem.Targets.Keys.Where(asset => !portfolio.IsUnmanaged(asset)), StringComparer.Ordinal);
        foreach (var (index, account) in portfolio.Accounts.Index())
        {
            foreach (var asset in new SortedSet<string>(portfolio.AssetsOf(account).Concat(wanted), StringComparer.Ordinal))
            {
                if (!portfolio.IsFreeCash(asset) && !IsTraded(state, index, asset) && Reason(state, obstacles, trial, imagined, index, asset) is var (reason, remedy))
                {
                    skipped.Add(new SkippedPair(account.Id, asset, reason, remedy));
                }
            }
        }

        return skipped;
    }

    private static bool IsTraded(PlanState state, int account, string asset) =>
        state.Portfolio.Trades.Of(account, asset).Any(option => state.LotsOf(option, isBuy: true) + state.LotsOf(option, isBuy: false) > 0);

    private static (string Reason, string? Remedy)? Reason(PlanState state, Obstacles obstacles, TradeTrial trial, ImaginedMarkets imagined, int account, string asset)
    {
        var portfolio = state.Portfolio;
        var options = portfolio.Trades.Of(account, asset);
        var isHeld = portfolio.Balance(portfolio.Accounts[account], asset) > 0;
        var direction = Direction(state, asset);
        var isDust = isHeld && options.Count > 0 && options.All(IsDust);
        var reason = direction is not { } isBuy || (!isBuy && (isDust || !isHeld)) ? null
            : WhyNot(state, obstacles, trial.Sides(options.Count > 0 ? options : imagined.Of(account, asset), isBuy), isBuy);

        // Of a holding below the smallest order the minimum is what its owner can do something about, worth its cost or not.
        return reason ?? (isDust ? (ObstacleWords.Of(state, options[0], options[0].SellMaxLots < 1 ? Obstacle.Lot : Obstacle.Least, isBuy: false), null) : null);
    }

    /// <summary>True to buy, false to sell, null where neither brings the portfolio nearer its targets.</summary>
    private static bool? Direction(PlanState state, string asset)
    {
        var smallest = state.Portfolio.TotalValue * SmallestShareOfValue;
        var pull = state.Portfolio.ExposuresOf(asset)
            .Sum(exposure => Math.Abs(state.Missing(exposure.Row)) > smallest ? exposure.Share * Math.Sign(state.Missing(exposure.Row)) : 0);
        return pull == 0 ? null : pull > 0;
    }

    private static (string Reason, string? Remedy)? WhyNot(PlanState state, Obstacles obstacles, IReadOnlyList<TrialSide> sides, bool isBuy)
    {
        if (obstacles.Smallest(sides, state.Portfolio.TotalValue * SmallestShareOfValue * state.Portfolio.Problem.DeviationWeight) is not { } hindrance)
        {
            return null;
        }

        // Where even a market would change nothing, for want of more than cash, its absence is no reason.
        return hindrance.Set.HasFlag(Obstacle.NoMarket) && (hindrance.Set & ~(Obstacle.NoMarket | Obstacle.Cash)) != Obstacle.None
            ? null
            : (ObstacleWords.Of(state, hindrance, isBuy), Remedies.Of(state, hindrance, isBuy));
    }

    private static bool IsDust(TradeOption option) =>
        !option.CanSell && option.SellMaxLots < option.MinLots && (option.Market.Allow & AllowedSides.Sell) != AllowedSides.None;
}
