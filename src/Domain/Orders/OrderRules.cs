using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Orders;

/// <summary>A market's steps and limits applied to an order, exact in decimal.</summary>
public static class OrderRules
{
    /// <summary>Step where a venue states none: eight decimals.</summary>
    private const decimal DefaultLot = 0.00000001m;

    public static decimal LotOf(MarketRules rules) => rules.LotSize > 0 ? rules.LotSize : DefaultLot;

    /// <summary>Largest multiple of the lot not above the quantity; the remainder operator is exact where division may round.</summary>
    public static decimal QuantityDown(MarketRules rules, decimal quantity) =>
        quantity <= 0 ? 0 : DecimalText.Normalise(quantity - (quantity % LotOf(rules)));

    public static decimal PriceDown(MarketRules rules, decimal price) =>
        rules.TickSize > 0 ? DecimalText.Normalise(price - (price % rules.TickSize)) : price;

    public static decimal PriceUp(MarketRules rules, decimal price)
    {
        var down = PriceDown(rules, price);
        return down == price ? price : DecimalText.Normalise(down + rules.TickSize);
    }

    /// <summary>What is wrong with an order of that size at that price, in words; null when the market takes it.</summary>
    public static string? Problem(MarketRules rules, decimal quantity, decimal price)
    {
        var notional = quantity * price;
        return quantity <= 0 ? $"quantity {quantity} is not positive"
            : price <= 0 ? $"price {price} is not positive"
            : quantity % LotOf(rules) != 0 ? $"quantity {quantity} is not a multiple of the lot {LotOf(rules)}"
            : rules.TickSize > 0 && price % rules.TickSize != 0 ? $"price {price} is not a multiple of the tick {rules.TickSize}"
            : quantity < rules.MinQuantity ? $"quantity {quantity} is below the minimum {rules.MinQuantity}"
            : quantity > rules.MaxQuantity ? $"quantity {quantity} is above the maximum {rules.MaxQuantity}"
            : notional < rules.MinNotional ? $"notional {notional} is below the minimum {rules.MinNotional} {rules.Market.Quote}"
            : notional > rules.MaxNotional ? $"notional {notional} is above the maximum {rules.MaxNotional} {rules.Market.Quote}"
            : null;
    }

    /// <summary>Quantity and notional minimums only, for sizing before a price is chosen.</summary>
    public static bool ReachesMinimum(MarketRules rules, decimal quantity, decimal price) =>
        quantity > 0 && quantity >= rules.MinQuantity && quantity * price >= rules.MinNotional;

    /// <summary>Largest quantity the market and the cap on notional allow in one order at that price, in whole lots.</summary>
    public static decimal MaxQuantity(MarketRules rules, decimal price, decimal maxOrderNotional)
    {
        var notional = Math.Min(maxOrderNotional, rules.MaxNotional ?? decimal.MaxValue);
        var byNotional = notional >= decimal.MaxValue / 2 ? decimal.MaxValue / 2 : notional / price;
        return QuantityDown(rules, Math.Min(byNotional, rules.MaxQuantity ?? byNotional));
    }
}
