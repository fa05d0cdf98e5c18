using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// What contributions and withdrawals may give up to be spread better: one share of the cheapest asset they trade; of a fractional asset its
/// minimum. In money of the objective; nothing where the objective is another.
/// </summary>
internal static class OneShare
{
    public static decimal Of(Portfolio portfolio, TradeSizes sizes)
    {
        if (portfolio.Problem.Objective is not (PlacementObjective.BuyOnly or PlacementObjective.SellOnly))
        {
            return 0;
        }

        var steps = portfolio.Options.Where(option => sizes.Buys[option.Index] + sizes.Sells[option.Index] > 0)
            .Select(option => (option.Market.LotSize > 0 ? 1 : option.MinLots) * option.LotValue).ToList();
        return steps.Count == 0 ? 0 : portfolio.Problem.DeviationWeight * steps.Min();
    }
}
