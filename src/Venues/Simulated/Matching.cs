using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>How orders are executed against a market whose depth at the touch is unlimited, but not always taken in one piece.</summary>
internal static class Matching
{
    /// <summary>A market order takes at most this many price levels.</summary>
    public const int MarketLevels = 3;

    /// <summary>One execution of an order.</summary>
    internal readonly record struct Execution(decimal Quantity, decimal Price, decimal Fee);

    /// <summary>What a market order gets: everything, at prices that go one tick against it with each partial fill.</summary>
    public static IEnumerable<Execution> Market(
        BookOrder order, SimulatedMarket market, decimal bid, decimal ask, SimulatedExchangeSettings settings, SeededNoise noise)
    {
        var remaining = order.Remaining;
        for (var level = 0; remaining > 0; level++)
        {
            var quantity = level == MarketLevels - 1 ? remaining : Take(order, market, remaining, settings.PartialFillRate, noise, level);
            var price = order.Request.Side == TradeSide.Buy
                ? ask + (level * market.TickSize)
                : Math.Max(market.TickSize, bid - (level * market.TickSize));
            yield return Execute(order, quantity, price, isTaker: true, isFirst: level == 0, settings.FeeDecimals);
            remaining -= quantity;
        }
    }

    /// <summary>What a limit order gets in one second, or null when the market is not there.</summary>
    /// <param name="isArrival">In the moment of its arrival it takes the touch; later it rests and makes its own price.</param>
    public static Execution? Limit(
        BookOrder order, SimulatedMarket market, decimal bid, decimal ask, long second, bool isArrival, SimulatedExchangeSettings settings,
        SeededNoise noise)
    {
        var limit = order.Request.LimitPrice!.Value;
        if (order.Request.Side == TradeSide.Buy ? ask > limit : bid < limit)
        {
            return null;
        }

        var touch = order.Request.Side == TradeSide.Buy ? ask : bid;
        var quantity = Take(order, market, order.Remaining, settings.PartialFillRate, noise, second);
        return Execute(order, quantity, isArrival ? touch : limit, isArrival, order.Filled == 0, settings.FeeDecimals);
    }

    private static decimal Take(
        BookOrder order, SimulatedMarket market, decimal remaining, decimal partialFillRate, SeededNoise noise, long index)
    {
        var source = noise.For("take:" + order.VenueOrderId);
        if (source.Draw(2 * index) >= partialFillRate)
        {
            return remaining;
        }

        var share = 0.2m + (0.6m * source.Draw((2 * index) + 1));
        var quantity = Math.Floor(remaining * share / market.LotSize) * market.LotSize;

        // A first fill must at least pay its ticket, or a sell would end with less cash than before.
        return quantity == 0 || quantity * market.InitialPrice / 20 < market.TicketFee ? remaining : quantity;
    }

    private static Execution Execute(BookOrder order, decimal quantity, decimal price, bool isTaker, bool isFirst, int feeDecimals)
    {
        var terms = order.Terms;
        var rate = isTaker ? terms.TakerFee : terms.MakerFee;
        var basis = terms.FeeAsset == order.Request.Market.Asset ? quantity : quantity * price;

        // Rounded towards zero: the sum over the fills then never exceeds what was locked for the whole order.
        var fee = decimal.Round(basis * rate, feeDecimals, MidpointRounding.ToZero);
        return new Execution(quantity, price, isFirst && terms.FeeAsset == order.Request.Market.Quote ? fee + terms.Ticket : fee);
    }
}
