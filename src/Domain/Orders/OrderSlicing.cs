using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Orders;

/// <summary>Cuts a trade into equal parts in time, fewer of them when a part would fall below the market's minimums.</summary>
public static class OrderSlicing
{
    /// <summary>Number of slices, at most <paramref name="wanted"/> and at least one.</summary>
    public static int Count(MarketRules rules, decimal quantity, decimal price, int wanted)
    {
        var count = Math.Max(1, wanted);
        while (count > 1 && !OrderRules.ReachesMinimum(rules, OrderRules.QuantityDown(rules, quantity / count), price))
        {
            count--;
        }

        return count;
    }

    /// <summary>Quantity of slice <paramref name="index"/> (from 0): an equal part in whole lots; the last takes all that remains.</summary>
    public static decimal Quantity(MarketRules rules, decimal quantity, decimal remaining, int index, int count) => index >= count - 1
        ? OrderRules.QuantityDown(rules, remaining)
        : OrderRules.QuantityDown(rules, Math.Min(remaining, quantity / count));
}
