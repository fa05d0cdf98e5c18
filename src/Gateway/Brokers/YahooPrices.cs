using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>
/// Prices of Yahoo Finance. A market is one of Yahoo's symbols and the currency its price is wanted in, as <c>BTC-USD/EUR</c>; nothing can be
/// traded. Bars are adjusted for splits, not for dividends.
/// </summary>
public static class YahooPrices
{
    /// <summary>Where the prices come from, in keys and messages.</summary>
    public const string Source = "yahoo";

    /// <summary>Environment variable with an address that takes the place of Yahoo's, for proxies.</summary>
    public const string EndpointVariable = "REBALANCER_YAHOO_ENDPOINT";

    private static readonly VenueCapabilities Capabilities = new(
        Source, "prices", FindsByClientId: false, ReportsTransfers: false, SupportsMarketOrders: false, SubmitsPerSecond: 1);

    /// <param name="endpoint">Null is Yahoo's own.</param>
    /// <param name="clock">The wall's.</param>
    public static IVenue Open(BrokersProcess brokers, string? endpoint, TimeProvider clock) => new BrokerVenue(
        brokers, new BrokerAccount(Source, Source, endpoint, new SortedDictionary<string, string>(), [], Sandbox: true, AllowsWithdrawalKey: false) { MaySend = false },
        Capabilities, clock);
}
