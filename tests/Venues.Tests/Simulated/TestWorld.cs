using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

/// <summary>A small exchange and a small broker for tests.</summary>
internal static class TestWorld
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);
    public static readonly MarketId Btc = new("BTC", "USD");
    public static readonly MarketId Bnb = new("BNB", "USD");
    public static readonly MarketId Eth = new("ETH", "USD");
    public static readonly MarketId Vti = new("VTI", "USD");

    /// <summary>BTC pays its fee in BNB, ETH in ETH when bought, BNB in the quote.</summary>
    public static SimulatedExchangeSettings Exchange { get; } = new()
    {
        Name = "alpha",
        Kind = "exchange",
        PartialFillRate = 0,
        Markets =
        [
            new SimulatedMarket(Btc, 50_000, 0, 0.6m, 0.0002m, 0.01m, 0.00001m, 0.00001m, 10, 0.0008m, 0.001m, FeeAsset: "BNB", MaxQuantity: 100),
            new SimulatedMarket(Eth, 2_500, 0, 0.7m, 0.0002m, 0.01m, 0.0001m, 0.0001m, 10, 0.0008m, 0.001m, FeeAsset: "ETH"),
            new SimulatedMarket(Bnb, 600, 0, 0.5m, 0.0002m, 0.01m, 0.001m, 0.001m, 10, 0.0008m, 0.001m, MaxNotional: 50_000),
        ],
    };

    public static SimulatedExchangeSettings Broker { get; } = new()
    {
        Name = "cedar",
        Kind = "broker",
        PartialFillRate = 0,
        Hours = SessionHours.Nyse,
        ClientIds = ClientIdReuse.Refused,
        SettlementDays = 1,
        FeeDecimals = 2,
        Markets = [new SimulatedMarket(Vti, 300, 0.05m, 0.15m, 0.0001m, 0.01m, 1, 1, 0, 0, 0, TicketFee: 1)],
    };

    public static SimulatedExchange Create(SimulatedExchangeSettings settings, ulong seed = 1, List<BookEvent>? log = null) =>
        new(settings, new SeededNoise(seed), Start, events => log?.AddRange(events));

    public static OrderRequest Market(string id, MarketId market, TradeSide side, decimal quantity) =>
        new(id, market, side, OrderType.Market, quantity, null);

    public static OrderRequest Limit(string id, MarketId market, TradeSide side, decimal quantity, decimal price) =>
        new(id, market, side, OrderType.Limit, quantity, price);
}
