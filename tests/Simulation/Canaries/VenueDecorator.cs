using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Simulation.Canaries;

/// <summary>A connection that hands everything through, for one method of it to be got wrong.</summary>
internal abstract class VenueDecorator(IVenue inner) : IVenue
{
    public virtual VenueCapabilities Capabilities => inner.Capabilities;

    protected IVenue Inner => inner;

    public virtual Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) => inner.GetMarketsAsync(cancellationToken);

    public virtual Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => inner.GetBalancesAsync(cancellationToken);

    public virtual Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        inner.GetQuotesAsync(markets, cancellationToken);

    public virtual Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetBarsAsync(market, frame, since, cancellationToken);

    public virtual Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
        inner.PlaceAsync(order, deadline, cancellationToken);

    public virtual Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        inner.CancelAsync(clientOrderId, market, cancellationToken);

    public virtual Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        inner.FindOrderAsync(clientOrderId, market, cancellationToken);

    public virtual Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => inner.GetOpenOrdersAsync(cancellationToken);

    public virtual Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetClosedOrdersAsync(since, cancellationToken);

    public virtual Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetFillsAsync(cursor, since, cancellationToken);

    public virtual Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetTransfersAsync(since, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
