using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Which rules close one side of a market altogether, whatever the amount.</summary>
internal static class Closing
{
    public static Obstacle Of(PlanState state, TradeOption option, bool isBuy)
    {
        var problem = state.Portfolio.Problem;
        var allowed = isBuy ? AllowedSides.Buy : AllowedSides.Sell;
        var closed = state.Portfolio.Accounts[option.AccountIndex].Frozen ? Obstacle.Frozen : Obstacle.None;
        closed |= option.IsHypothetical && closed == Obstacle.None ? Obstacle.NoMarket : Obstacle.None;
        closed |= (option.Market.Allow & allowed) == AllowedSides.None ? Obstacle.Side : Obstacle.None;
        closed |= IsAgainstMode(problem.Objective, isBuy) ? Obstacle.Mode : Obstacle.None;
        closed |= isBuy && (WashSaleWindow.ForbidsBuying(problem, option.Asset) || (problem.Taxes is { WashSaleDays: > 0 } && state.IsSoldAtALossAnywhere(option.Asset)))
            ? Obstacle.WashSale : Obstacle.None;
        closed |= IsTradedTheOtherWay(state, option, isBuy) ? Obstacle.Opposite : Obstacle.None;
        var reason = isBuy ? option.BuyBlocked : option.SellBlocked;
        var isOfAmount = (isBuy ? option.BuyMaxLots : option.SellMaxLots) < option.MinLots;
        return closed == Obstacle.None && reason is not null && !isOfAmount ? Obstacle.Closed : closed;
    }

    private static bool IsAgainstMode(PlacementObjective objective, bool isBuy) => objective switch
    {
        PlacementObjective.BuyOnly => !isBuy,
        PlacementObjective.SellOnly => isBuy,
        PlacementObjective.FewestTrades or PlacementObjective.Simple => true,
        _ => false,
    };

    private static bool IsTradedTheOtherWay(PlanState state, TradeOption option, bool isBuy)
    {
        var here = isBuy ? state.Sold(option.AccountIndex, option.Asset) : state.Bought(option.AccountIndex, option.Asset);
        return here > 0
            || (state.Portfolio.Problem.OneDirectionPerAsset && (isBuy ? state.IsSoldAnywhere(option.Asset) : state.IsBoughtAnywhere(option.Asset)));
    }
}
