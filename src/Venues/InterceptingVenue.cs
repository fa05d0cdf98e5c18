using System.Runtime.CompilerServices;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues;

/// <summary>A venue whose calls all go through one place, for a wrapper that does the same with each.</summary>
public abstract class InterceptingVenue(IVenue inner) : DelegatingVenue(inner)
{
    public sealed override Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetMarketsAsync(cancellationToken));

    public sealed override Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetBalancesAsync(cancellationToken));

    public sealed override Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetQuotesAsync(markets, cancellationToken));

    public sealed override Task<IReadOnlyList<PriceBar>> GetBarsAsync(
        MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetBarsAsync(market, frame, since, cancellationToken));

    public sealed override Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.PlaceAsync(order, deadline, cancellationToken));

    public sealed override Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.CancelAsync(clientOrderId, market, cancellationToken));

    public sealed override Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.FindOrderAsync(clientOrderId, market, cancellationToken));

    public sealed override Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetOpenOrdersAsync(cancellationToken));

    public sealed override Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetClosedOrdersAsync(since, cancellationToken));

    public sealed override Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetFillsAsync(cursor, since, cancellationToken));

    public sealed override Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        CallAsync(() => Inner.GetTransfersAsync(since, cancellationToken));

    /// <param name="call">Calls the venue within.</param>
    /// <param name="method">Name of the method called.</param>
    protected abstract Task<T> CallAsync<T>(Func<Task<T>> call, [CallerMemberName] string method = "");
}
