using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues.Simulated;

/// <summary>The markets of simulated exchanges and brokers, with prices, fees and steps of the size real ones have.</summary>
public static class SimulatedCatalog
{
    /// <summary>Initial price, drift and volatility a year, half-spread, lot.</summary>
    private static readonly (string Asset, decimal Price, decimal Drift, decimal Volatility, decimal HalfSpread, decimal Lot)[] Coins =
    [
        ("BTC", 64_000, 0.15m, 0.55m, 0.0001m, 0.00001m),
        ("ETH", 3_200, 0.12m, 0.65m, 0.0001m, 0.0001m),
        ("SOL", 150, 0.10m, 0.80m, 0.0002m, 0.001m),
        ("LINK", 15, 0.05m, 0.80m, 0.0003m, 0.01m),
        ("BNB", 600, 0.08m, 0.60m, 0.0002m, 0.001m),
        ("PAXG", 2_650, 0.04m, 0.15m, 0.0003m, 0.0001m),
        ("EUR", 1.08m, 0, 0.07m, 0.0001m, 0.01m),
    ];

    private static readonly (string Asset, decimal Price, decimal Drift, decimal Volatility, decimal HalfSpread)[] Funds =
    [
        ("VTI", 290, 0.07m, 0.16m, 0.00005m),
        ("VXUS", 62, 0.06m, 0.17m, 0.0001m),
        ("BND", 73, 0.03m, 0.06m, 0.0001m),
        ("TIP", 108, 0.03m, 0.06m, 0.0001m),
        ("VNQ", 90, 0.05m, 0.20m, 0.0001m),
        ("GLD", 245, 0.04m, 0.15m, 0.00005m),
    ];

    /// <summary>The exchange or broker as its first account asks for it.</summary>
    public static SimulatedExchangeSettings Create(SimulatedAccountOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var latency = TimeSpan.FromMilliseconds(options.LatencyMilliseconds);
        return options.IsBroker ? CreateBroker(options, latency) : CreateExchange(options, latency);
    }

    private static SimulatedExchangeSettings CreateExchange(SimulatedAccountOptions options, TimeSpan latency) => new()
    {
        Name = options.Exchange,
        Kind = options.Kind,
        Currencies = ["EUR", "USD"],
        ClientIds = ClientIdReuse.RefusedWhileOpen,
        Latency = new SimulatedLatency(latency, latency, latency),
        Hours = options.Hours,
        SettlementDays = options.SettlementDays,
        Markets = [.. Coins.Select(coin => new SimulatedMarket(
            new MarketId(coin.Asset, "USD"), coin.Price, coin.Drift, coin.Volatility, coin.HalfSpread, coin.Price < 10 ? 0.0001m : 0.01m, coin.Lot,
            coin.Lot, MinNotional: 10, MakerFeeRate: 0.0008m, TakerFeeRate: 0.001m, FeeAsset: options.FeeAsset, MaxNotional: 1_000_000))],
    };

    /// <summary>Whole shares of funds, and the two largest coins in fractions, as brokers offer them.</summary>
    private static SimulatedExchangeSettings CreateBroker(SimulatedAccountOptions options, TimeSpan latency) => new()
    {
        Name = options.Exchange,
        Kind = options.Kind,
        ClientIds = ClientIdReuse.Refused,
        FeeDecimals = 2,
        SubmitsPerSecond = 3,
        Latency = new SimulatedLatency(latency, latency, latency),
        Hours = options.Hours,
        SettlementDays = options.SettlementDays,
        Markets =
        [
            .. Funds.Select(fund => new SimulatedMarket(
                new MarketId(fund.Asset, "USD"), fund.Price, fund.Drift, fund.Volatility, fund.HalfSpread, TickSize: 0.01m, LotSize: 1,
                MinQuantity: 1, MinNotional: 0, MakerFeeRate: 0, TakerFeeRate: 0, TicketFee: options.TicketFee)),
            .. Coins.Take(options.Hours == SessionHours.AlwaysOpen ? 2 : 0).Select(coin => new SimulatedMarket(
                new MarketId(coin.Asset, "USD"), coin.Price, coin.Drift, coin.Volatility, 2 * coin.HalfSpread, TickSize: 0.01m, coin.Lot, coin.Lot,
                MinNotional: 10, MakerFeeRate: 0.0025m, TakerFeeRate: 0.0025m)),
        ],
    };
}
