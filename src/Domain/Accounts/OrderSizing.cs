using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>An order as it would be sent.</summary>
/// <param name="WorstPrice">Limit, or the collar's edge for a market order.</param>
public sealed record SizedOrder(
    OrderType Type, decimal Quantity, decimal? LimitPrice, decimal WorstPrice, SizeLimit SizeLimit, Reservation Reservation);

/// <summary>Chooses price and quantity of an order: touch inside the collar, shrunk to caps, holding and confirmed cash.</summary>
public static class OrderSizing
{
    public static SizedOrder Size(Account account, Circumstances circumstances, ExecutionTerms terms, Order order, MarketRules rules, Quote quote)
    {
        var policy = circumstances.Policy;
        var isMarket = terms.Type == OrderType.Market && policy.SupportsMarketOrders;
        var edge = LimitPrice.CollarEdge(rules, order.Side, order.ReferencePrice, terms.PriceCollar);
        var limit = terms.Type == OrderType.Market ? edge
            : LimitPrice.AtTouch(rules, order.Side, quote, order.ReferencePrice, terms.PriceCollar);

        // Caps on notional look at the dearer of limit and quote: a sell at market may fill above its limit.
        var dearest = Math.Max(limit, order.Side == TradeSide.Buy ? limit : quote.Ask);
        var (quantity, sizeLimit) = (OrderRules.QuantityDown(rules, order.Quantity), SizeLimit.None);
        if (OrderRules.MaxQuantity(rules, dearest, terms.MaxNotionalIn(order.Market.Quote)) is var most && most < quantity)
        {
            (quantity, sizeLimit) = (most, SizeLimit.Maximum);
        }

        var affordable = order.Side == TradeSide.Buy
            ? Affordable(account, circumstances, order, rules, limit)
            : OrderRules.QuantityDown(rules, account.Available(order.Market.Asset, order.DecisionId, circumstances.Readings) ?? 0);
        if (affordable < quantity)
        {
            (quantity, sizeLimit) = (affordable, order.Side == TradeSide.Buy ? SizeLimit.Cash : SizeLimit.Holding);
        }

        var worst = WorstCase(rules, order.Side, quantity, limit);
        if (order.Side == TradeSide.Sell && account.Available(worst.Asset, order.DecisionId, circumstances.Readings) is { } held)
        {
            // All that is held may be sold: where nothing is left to pay the fee from, a venue takes it off the proceeds.
            worst = worst with { Amount = Math.Min(worst.Amount, Math.Max(quantity, held)) };
        }

        return new SizedOrder(isMarket ? OrderType.Market : OrderType.Limit, quantity, isMarket ? null : limit, limit, sizeLimit, worst);
    }

    /// <summary>
    /// What the order may take out at worst: cash with fees for a buy; for a sell the asset, with the fee where the venue may take it in the
    /// asset itself instead of off the proceeds.
    /// </summary>
    public static Reservation WorstCase(MarketRules rules, TradeSide side, decimal quantity, decimal price) => side == TradeSide.Sell
        ? new Reservation(rules.Market.Asset, quantity * (1 + (IsFeeInAsset(rules) ? WorstFeeRate(rules) : 0)))
        : new Reservation(rules.Market.Quote, (quantity * price * (1 + QuoteFeeRate(rules))) + rules.TicketFee);

    private static decimal Affordable(Account account, Circumstances circumstances, Order order, MarketRules rules, decimal price)
    {
        var policy = circumstances.Policy;
        var reserve = policy.ReserveCurrency == order.Market.Quote ? policy.Reserve : 0;
        var cash = (account.Available(order.Market.Quote, order.DecisionId, circumstances.Readings) ?? 0) - reserve - rules.TicketFee;
        return OrderRules.QuantityDown(rules, cash / (price * (1 + QuoteFeeRate(rules))));
    }

    private static decimal WorstFeeRate(MarketRules rules) => Math.Max(0, Math.Max(rules.MakerFeeRate, rules.TakerFeeRate));

    /// <summary>A buy whose fee is in the asset pays from what it receives; one in a third asset may fall back to the quote.</summary>
    private static decimal QuoteFeeRate(MarketRules rules) => IsFeeInAsset(rules) ? 0 : WorstFeeRate(rules);

    private static bool IsFeeInAsset(MarketRules rules) => rules.FeeAsset == rules.Market.Asset;
}
