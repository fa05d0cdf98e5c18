using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>A side of a market on which the venue has refused one order after the other, alike: none is sent for a while.</summary>
/// <param name="Until">The first moment at which one may be tried again.</param>
public sealed record RefusedSide(MarketId Market, TradeSide Side, string Reason, DateTimeOffset Until);

public sealed partial record Account
{
    /// <summary>
    /// Every side of a market that is not tried now, because the venue lately rejected it alike, over decisions too. What failed for any reason in
    /// one chain of remainders is in <see cref="Portfolios.PortfolioState.Untradeable"/>.
    /// </summary>
    public IReadOnlyList<RefusedSide> RefusedSides(OrderTimings timings, DateTimeOffset now) =>
    [
        .. Orders.Values.Where(order => order.State == OrderState.Rejected && IsRemembered(order, timings, now))
            .Select(order => (order.Market, order.Side)).Distinct()
            .Select(pair => RefusalOf(pair.Market, pair.Side, timings, now)).OfType<RefusedSide>(),
    ];

    /// <summary>
    /// Null where an order may be tried. Counted over decisions too: a portfolio that plans the same order anew would go on being refused for ever.
    /// </summary>
    public RefusedSide? RefusalOf(MarketId market, TradeSide side, OrderTimings timings, DateTimeOffset now)
    {
        var repeated = Orders.Values.Where(order => order.Market == market && order.Side == side && IsRemembered(order, timings, now))
            .OrderByDescending(order => order.ArmedAt)
            .TakeWhile(order => order.State == OrderState.Rejected)
            .GroupBy(order => order.RejectCode)
            .FirstOrDefault(rejects => rejects.Count() >= timings.IdenticalRejects)?.ToList();
        return repeated is null ? null : new RefusedSide(
            market, side, $"rejected {repeated.Count} times alike: {repeated[0].RejectCode} ({repeated[0].Reason})",
            repeated.Select(order => order.ChangedAt).OrderDescending().ElementAt(timings.IdenticalRejects - 1) + timings.RejectMemory);
    }

    private static bool IsRemembered(Order order, OrderTimings timings, DateTimeOffset now) =>
        order.ArmedAt is not null && order.ChangedAt > now - timings.RejectMemory;
}
