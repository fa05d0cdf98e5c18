using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.World;
using Rebalancer.Venues;

namespace Rebalancer.Simulation.Canaries;

/// <summary>Bugs in how a send is made or its outcome read.</summary>
internal static class SendingBugs
{
    public sealed class TimeoutIsFailure(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
        {
            var outcome = await Inner.PlaceAsync(order, deadline, cancellationToken);
            return outcome is SendOutcome.Ambiguous ambiguous ? new SendOutcome.Rejected("timeout", ambiguous.Reason) : outcome;
        }
    }

    public sealed class RetriesPlacement(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
        {
            var outcome = await Inner.PlaceAsync(order, deadline, cancellationToken);
            return outcome is SendOutcome.Ambiguous ? await Inner.PlaceAsync(order, deadline, cancellationToken) : outcome;
        }
    }

    public sealed class IgnoresDeadline(IVenue inner, ClusterWorld world) : DelegatingVenue(inner)
    {
        /// <summary>The order waits in a queue that nobody looks at the deadline in.</summary>
        public override async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromSeconds(7), world.Clock, CancellationToken.None);
            return await Inner.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(5), deadline.Uptime), CancellationToken.None);
        }
    }

    public sealed class RoundsQuantity(IVenue inner) : DelegatingVenue(inner)
    {
        public override Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
            Inner.PlaceAsync(order with { Quantity = (decimal)(double)order.Quantity * 1.000001m }, deadline, cancellationToken);
    }

    public sealed class ReusesIds(IVenue inner) : DelegatingVenue(inner)
    {
        private OrderRequest? _first;

        public override Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
        {
            _first ??= order;
            return Inner.PlaceAsync(order with { ClientOrderId = _first.ClientOrderId }, deadline, cancellationToken);
        }
    }

    /// <summary>An amend in place: the limit is moved after the permit.</summary>
    public sealed class ChasesPrice(IVenue inner) : DelegatingVenue(inner)
    {
        public override Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
            Inner.PlaceAsync(order with { LimitPrice = order.LimitPrice * (order.Side == TradeSide.Buy ? 1.02m : 0.98m) }, deadline, cancellationToken);
    }

    public sealed class NoRateBudget(IVenue inner) : DelegatingVenue(inner)
    {
        public override VenueCapabilities Capabilities => Inner.Capabilities with { SubmitsPerSecond = 1_000 };
    }

    public sealed class NotFoundIsRejected(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
            await Inner.FindOrderAsync(clientOrderId, market, cancellationToken)
            ?? new VenueOrder("", clientOrderId, market, TradeSide.Buy, OrderType.Limit, 0, null, 0, VenueOrderStatus.Rejected, "not found", default);
    }

    public sealed class NotOpenIsCancelled(IVenue inner) : DelegatingVenue(inner)
    {
        private readonly SortedDictionary<string, OrderRequest> _sent = new(StringComparer.Ordinal);

        public override Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
        {
            _sent[order.ClientOrderId] = order;
            return Inner.PlaceAsync(order, deadline, cancellationToken);
        }

        public override async Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken)
        {
            var closed = await Inner.GetClosedOrdersAsync(since, cancellationToken);
            var open = await Inner.GetOpenOrdersAsync(cancellationToken);
            return [.. closed, .. _sent.Values
                .Where(order => !closed.Concat(open).Any(known => known.ClientOrderId == order.ClientOrderId))
                .Select(order => new VenueOrder("", order.ClientOrderId, order.Market, order.Side, order.Type, order.Quantity, order.LimitPrice, 0, VenueOrderStatus.Cancelled, "not open", default))];
        }
    }
}
