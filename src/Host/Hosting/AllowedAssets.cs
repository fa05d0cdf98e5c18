using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Host.Hosting;

/// <summary>A venue that shows only the markets of the assets the settings allow the account to trade; its balances stay whole.</summary>
public sealed class AllowedAssets(IVenue inner, IReadOnlyList<string> assets) : IVenue
{
    public VenueCapabilities Capabilities => inner.Capabilities;

    public void HearOfOrders(Action moved) => inner.HearOfOrders(moved);

    /// <summary>The venue itself when the settings allow everything.</summary>
    public static IVenue Limit(IVenue venue, IReadOnlyList<string> assets) => assets.Count == 0 ? venue : new AllowedAssets(venue, assets);

    public async Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        [.. (await inner.GetMarketsAsync(cancellationToken)).Where(rules => assets.Contains(rules.Market.Asset))];

    public Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => inner.GetBalancesAsync(cancellationToken);

    public Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        inner.GetQuotesAsync(markets, cancellationToken);

    /// <summary>History moves no money: that of a currency may be needed to value what is allowed.</summary>
    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetBarsAsync(market, frame, since, cancellationToken);

    public Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
        inner.PlaceAsync(order, deadline, cancellationToken);

    public Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        inner.CancelAsync(clientOrderId, market, cancellationToken);

    public Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        inner.FindOrderAsync(clientOrderId, market, cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => inner.GetOpenOrdersAsync(cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetClosedOrdersAsync(since, cancellationToken);

    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetFillsAsync(cursor, since, cancellationToken);

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.GetTransfersAsync(since, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
