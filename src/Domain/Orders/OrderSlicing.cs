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

    /// <summary>Quantity of the first slice, in whole lots.</summary>
    public static decimal First(MarketRules rules, decimal quantity, int count) => Through(rules, quantity, 0, count);

    /// <summary>
    /// The next order of a sliced trade: what the slices begun by then lack, so that one that was not filled is made up for by the next. While
    /// they lack less than the market takes, the slice after them is waited for.
    /// </summary>
    /// <param name="start">When the first slice began.</param>
    /// <param name="interval">From one slice to the next.</param>
    /// <param name="earliest">No order before this.</param>
    public static (decimal Quantity, DateTimeOffset NotBefore) Next(
        MarketRules rules, PlannedIntent trade, decimal filled, int count, DateTimeOffset start, TimeSpan interval, DateTimeOffset earliest)
    {
        var begun = (int)Math.Clamp((earliest - start) / interval, 0, count - 1);
        for (var slice = begun; ; slice++)
        {
            var lacking = OrderRules.QuantityDown(rules, Through(rules, trade.Quantity, slice, count) - filled);
            if (slice == count - 1 || OrderRules.ReachesMinimum(rules, lacking, trade.ReferencePrice))
            {
                var begins = start + (slice * interval);
                return (lacking, begins > earliest ? begins : earliest);
            }
        }
    }

    /// <summary>What a slice and all before it come to; the last takes all, whatever lots leave over.</summary>
    private static decimal Through(MarketRules rules, decimal quantity, int slice, int count) =>
        OrderRules.QuantityDown(rules, slice == count - 1 ? quantity : quantity * (slice + 1) / count);
}
