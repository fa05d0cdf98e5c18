using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Says a rule in the words of the venue and of the owner.</summary>
internal static class ObstacleWords
{
    /// <summary>All the rules of a set; where it takes several together, each is named.</summary>
    public static string Of(PlanState state, Hindrance hindrance, bool isBuy)
    {
        if (hindrance.Set == Obstacle.None)
        {
            return "it would improve the plan by less than the precision that was asked for";
        }

        if (hindrance.Set == (Obstacle.NoMarket | Obstacle.Cash))
        {
            return "not traded in this account, and it has not the cash for it either";
        }

        var words = Enum.GetValues<Obstacle>().Where(obstacle => obstacle is not (Obstacle.None or Obstacle.All) && hindrance.Set.HasFlag(obstacle))
            .Select(obstacle => Of(state, hindrance.Trial.Option, obstacle, isBuy)).ToList();
        return words.Count == 1 ? words[0] : string.Join(", ", words.SkipLast(1)) + ", and " + words[^1];
    }

    public static string Of(PlanState state, TradeOption option, Obstacle obstacle, bool isBuy) => obstacle switch
    {
        Obstacle.Frozen => "the account is frozen",
        Obstacle.NoMarket => "not traded in this account",
        Obstacle.Side => isBuy ? "may not be bought here" : "may not be sold here",
        Obstacle.Mode => Mode(state.Portfolio.Problem),
        Obstacle.WashSale => WashSale(state, option, isBuy),
        Obstacle.Opposite => Opposite(state, option, isBuy),
        Obstacle.Closed => (isBuy ? option.BuyBlocked : option.SellBlocked) ?? "closed in this account",
        Obstacle.Cap => Cap(state, option),
        Obstacle.Cash => Cash(state, option),
        Obstacle.Most => "more than the largest order its market takes",
        Obstacle.Least => Least(option),
        Obstacle.Lot => $"less than one lot of {MoneyText.Of(state.Portfolio).Of(option.LotValue)}",
        Obstacle.Gains => "the gain budget is used up",
        Obstacle.Fees => Fees(state, option),
        _ => "its cost is more than it is worth",
    };

    private static string Cash(PlanState state, TradeOption option)
    {
        var account = state.Portfolio.Accounts[option.AccountIndex];
        var money = MoneyText.Of(state.Portfolio);
        var lacking = money.IsNothing(Math.Max(0, state.Spendable(option.AccountIndex, option.Quote))) ? "no cash in this account" : "not enough cash in this account";
        return state.Portfolio.CashToKeep(account) > 0 ? $"{lacking} besides the {money.Of(state.Portfolio.CashToKeep(account))} that it must keep"
            : account.UseProceeds ? lacking
            : $"{lacking}: what it sells now pays for nothing yet";
    }

    private static string Mode(PlacementProblem problem) => problem.Objective switch
    {
        PlacementObjective.BuyOnly => "buy-only: nothing is sold",
        PlacementObjective.SellOnly => "sell-only: nothing is bought",
        PlacementObjective.FewestTrades => "fewest trades: the weights are within the band without it",
        _ => "the simple method trades whole lots up to the target and weighs no costs",
    };

    private static string WashSale(PlanState state, TradeOption option, bool isBuy) =>
        !isBuy ? "its loss would not count: it is bought within the wash-sale window"
        : WashSaleWindow.ForbidsBuying(state.Portfolio.Problem, option.Asset) ? "sold at a loss within the wash-sale window"
        : "this plan sells it at a loss, which a purchase within the wash-sale window would undo";

    private static string Opposite(PlanState state, TradeOption option, bool isBuy)
    {
        var here = isBuy ? state.Sold(option.AccountIndex, option.Asset) : state.Bought(option.AccountIndex, option.Asset);
        return $"this plan {(isBuy ? "sells" : "buys")} it {(here > 0 ? "here" : "in another account, and an asset may go one way only")}";
    }

    private static string Cap(PlanState state, TradeOption option)
    {
        var caps = state.RoomUnderCaps(option.AccountIndex, option.Asset).ToList();
        return caps.Count == 0 ? "its cost is more than it is worth" : $"{CapName(state, caps.MinBy(entry => entry.Room).Cap)} is reached";
    }

    /// <summary>With its amount: "the limit of group crypto, 4,000.00 USD,".</summary>
    public static string CapName(PlanState state, ValueCap cap) =>
        $"the {(cap.Name.StartsWith("cap ", StringComparison.Ordinal) ? "" : cap.IsShare ? "limit of " : "limit ")}{cap.Name}, {MoneyText.Of(state.Portfolio).Of(cap.Largest)},";

    private static string Fees(PlanState state, TradeOption option) => option.FeeElsewhere
        ? $"its fee is taken in {option.FeeAsset}, of which this account has too little"
        : $"its ticket of {MoneyText.Of(state.Portfolio).Of(option.Market.TicketFee)} must be paid from cash at hand, of which there is too little";

    private static string Least(TradeOption option)
    {
        var market = option.Market;
        return market.MinNotional * option.QuotePrice >= market.MinQuantity * option.Price
            ? $"below minimum notional {DecimalText.Format(market.MinNotional)} {market.Quote}"
            : $"below minimum quantity {DecimalText.Format(market.MinQuantity)}";
    }
}
