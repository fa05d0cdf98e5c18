using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

/// <summary>What the suites share: two accounts, orders, and the harness they run against.</summary>
public abstract class SimulatedSuite<THarness> : IAsyncDisposable
    where THarness : VenueHarness, new()
{
    protected static readonly MarketId Btc = new("BTC", "USD");
    protected static readonly MarketId Vti = new("VTI", "USD");
    protected static readonly CancellationToken None = CancellationToken.None;

    protected static readonly SimulatedAccountOptions Exchange = new()
    {
        Exchange = "kestrel",
        FeeAsset = "BNB",
        LatencyMilliseconds = 0,
        Balances = new SortedDictionary<string, decimal> { ["USD"] = 100_000, ["BTC"] = 2, ["BNB"] = 5 },
    };

    protected static readonly SimulatedAccountOptions Broker = new()
    {
        Kind = "broker",
        Exchange = "cedar",
        Hours = SessionHours.Nyse,
        TicketFee = 1,
        SettlementDays = 1,
        LatencyMilliseconds = 0,
        Balances = new SortedDictionary<string, decimal> { ["USD"] = 10_000, ["VTI"] = 20 },
    };

    protected THarness Harness { get; } = new();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Harness.DisposeAsync();
    }

    protected static OrderRequest Market(string id, MarketId market, TradeSide side, decimal quantity) =>
        new(id, market, side, OrderType.Market, quantity, null);

    protected static OrderRequest Limit(string id, MarketId market, TradeSide side, decimal quantity, decimal price) =>
        new(id, market, side, OrderType.Limit, quantity, price);

    protected static Task<SendOutcome> PlaceAsync(IVenue venue, OrderRequest order) =>
        venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.Of(TimeProvider.System)), None);

    protected static Balance Of(BalanceReport report, string asset) => report.Balances.Single(balance => balance.Asset == asset);
}
