using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues;

/// <summary>A venue that hands every call on to another, for a wrapper to change the calls it is about.</summary>
/// <param name="leaveOpen">Whether the venue within belongs to another, who disposes it.</param>
public abstract class DelegatingVenue(IVenue inner, bool leaveOpen = false) : IVenue
{
    public virtual VenueCapabilities Capabilities => Inner.Capabilities;

    /// <summary>The venue that answers.</summary>
    protected IVenue Inner { get; } = inner;

    public virtual string? CannotTrade => Inner.CannotTrade;

    public virtual void HearOfOrders(Action moved) => Inner.HearOfOrders(moved);

    public virtual Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) => Inner.GetMarketsAsync(cancellationToken);

    public virtual Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => Inner.GetBalancesAsync(cancellationToken);

    public virtual Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        Inner.GetQuotesAsync(markets, cancellationToken);

    public virtual Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        Inner.GetBarsAsync(market, frame, since, cancellationToken);

    public virtual Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
        Inner.PlaceAsync(order, deadline, cancellationToken);

    public virtual Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        Inner.CancelAsync(clientOrderId, market, cancellationToken);

    public virtual Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        Inner.FindOrderAsync(clientOrderId, market, cancellationToken);

    public virtual Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => Inner.GetOpenOrdersAsync(cancellationToken);

    public virtual Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Inner.GetClosedOrdersAsync(since, cancellationToken);

    public virtual Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        Inner.GetFillsAsync(cursor, since, cancellationToken);

    public virtual Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Inner.GetTransfersAsync(since, cancellationToken);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return leaveOpen ? ValueTask.CompletedTask : Inner.DisposeAsync();
    }
}
