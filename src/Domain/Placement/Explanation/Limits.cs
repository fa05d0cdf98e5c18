using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Why the trades that are made are not larger, or smaller, where the target they serve is not met exactly.</summary>
internal static class Limits
{
    // Smaller distances are rounding of the last lot.
    private const decimal SmallestShareOfValue = 0.0000001m;

    public static IReadOnlyList<SkippedPair> Of(PlanState state)
    {
        var (obstacles, trial) = (new Obstacles(state), new TradeTrial(state));
        var limits = new List<SkippedPair>();
        foreach (var option in state.Portfolio.Options.Where(option => !state.Portfolio.IsFreeCash(option.Asset)))
        {
            foreach (var isBuy in new[] { true, false }.Where(side => state.LotsOf(option, side) > 0))
            {
                if (Limit(state, obstacles, trial, option, isBuy) is var (reason, remedy))
                {
                    limits.Add(new SkippedPair(option.Account, option.Asset, reason, remedy));
                }
            }
        }

        return limits;
    }

    private static (string Reason, string? Remedy)? Limit(PlanState state, Obstacles obstacles, TradeTrial trial, TradeOption option, bool isBuy)
    {
        var smallest = state.Portfolio.TotalValue * SmallestShareOfValue;
        if (state.Portfolio.ExposuresOf(option.Asset) is not [{ Share: 1 } exposure] || Math.Abs(state.Missing(exposure.Row)) <= smallest)
        {
            return null;
        }

        var wantsMore = state.Missing(exposure.Row) > 0 == isBuy;
        if (!wantsMore)
        {
            return state.LotsOf(option, isBuy) <= option.MinLots && option.MinLots > 1
                ? (ObstacleWords.Of(state, option, Obstacle.Least, isBuy).Replace("below ", "no smaller order than the ", StringComparison.Ordinal), null)
                : option.IsWhole ? ($"whole lots of {MoneyText.Of(state.Portfolio).Of(option.LotValue)}", null) : null;
        }

        return obstacles.Smallest([trial.Side(option, isBuy)], smallest * state.Portfolio.Problem.DeviationWeight) is { } hindrance
            ? (ObstacleWords.Of(state, hindrance, isBuy), Remedies.Of(state, hindrance, isBuy))
            : null;
    }
}
