using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Orders;

/// <summary>Price limits of an order: the touch that makes it marketable, inside the collar around the decision's price.</summary>
public static class LimitPrice
{
    /// <summary>Worst price the collar allows, on the tick: highest for a buy, lowest for a sell.</summary>
    public static decimal CollarEdge(MarketRules rules, TradeSide side, decimal referencePrice, decimal collar) => side == TradeSide.Buy
        ? OrderRules.PriceDown(rules, referencePrice * (1 + collar))
        : OrderRules.PriceUp(rules, referencePrice * (1 - collar));

    /// <summary>Limit at the opposite touch: a buy at the ask, a sell at the bid; rounded to be still marketable, never past the collar.</summary>
    public static decimal AtTouch(MarketRules rules, TradeSide side, Quote quote, decimal referencePrice, decimal collar)
    {
        var edge = CollarEdge(rules, side, referencePrice, collar);
        return side == TradeSide.Buy
            ? Math.Min(OrderRules.PriceUp(rules, quote.Ask), edge)
            : Math.Max(OrderRules.PriceDown(rules, quote.Bid), edge);
    }

    /// <summary>What is wrong with the quote or the touch for this side, in words; null when an order may be priced from it.</summary>
    public static string? Problem(MarketRules rules, TradeSide side, Quote quote, decimal referencePrice, decimal collar)
    {
        if (quote.Bid <= 0 || quote.Ask <= 0 || quote.Bid > quote.Ask)
        {
            return $"quote {quote.Bid} / {quote.Ask} of {quote.Market} is absent or crossed";
        }

        var edge = CollarEdge(rules, side, referencePrice, collar);
        return side == TradeSide.Buy && quote.Ask > edge ? $"ask {quote.Ask} is above the collar edge {edge} around {referencePrice}"
            : side == TradeSide.Sell && quote.Bid < edge ? $"bid {quote.Bid} is below the collar edge {edge} around {referencePrice}"
            : null;
    }
}
