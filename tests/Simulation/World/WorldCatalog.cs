using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.World;

/// <summary>Three venues that differ in everything the protocol has to cope with, six accounts, one portfolio; few assets, so that solves are cheap.</summary>
internal static class WorldCatalog
{
    /// <summary>Worth a dollar as a rule; only its market knows.</summary>
    public const string StableCoin = "USDC";

    private static readonly string[] Numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

    private static readonly (string Exchange, int Number, (string Asset, decimal Amount)[] Balances)[] Holdings =
    [
        ("kestrel", 0, [("USD", 9_000), ("BTC", 0.2m), ("BNB", 4)]),
        ("kestrel", 1, [("USD", 6_000), ("ETH", 2), (StableCoin, 1_500)]),
        ("borealis", 0, [("USD", 8_000), ("ETH", 1)]),
        ("borealis", 1, [("USD", 5_000), ("BTC", 0.1m)]),
        ("cedar", 0, [("USD", 9_000), ("VTI", 30)]),
        ("cedar", 1, [("USD", 9_000), ("BND", 100)]),
    ];

    public static IReadOnlyList<SimulatedExchangeSettings> Exchanges(Random random) =>
    [
        // Fees in a third asset; ids can be used again once an order has closed.
        new SimulatedExchangeSettings
        {
            Name = "kestrel", Kind = "exchange", ClientIds = ClientIdReuse.RefusedWhileOpen, Latency = Latency(random),
            PartialFillRate = Share(random), SubmitsPerSecond = 1 + random.Next(5),
            Markets = [Coin("BTC", 64_000, 0.00001m, "BNB"), Coin("ETH", 3_200, 0.0001m, "BNB"), Coin("BNB", 600, 0.001m, null), Stable("BNB")],
        },
        // Fees in the bought asset; an order cannot be asked for by its client id, and ids are not looked at.
        new SimulatedExchangeSettings
        {
            Name = "borealis", Kind = "exchange", ClientIds = ClientIdReuse.Accepted, FindsByClientId = false, Latency = Latency(random),
            PartialFillRate = Share(random), SubmitsPerSecond = 1 + random.Next(2),
            Markets = [Coin("BTC", 64_000, 0.00001m, "BTC"), Coin("ETH", 3_200, 0.0001m, "ETH")],
        },
        // Whole shares, a ticket fee, cents; in some seeds New York's hours and proceeds that settle a day later.
        new SimulatedExchangeSettings
        {
            Name = "cedar", Kind = "broker", ClientIds = ClientIdReuse.Refused, Latency = Latency(random), FeeDecimals = 2,
            PartialFillRate = Share(random), SubmitsPerSecond = 1 + random.Next(3),
            Hours = random.Next(3) == 0 ? SessionHours.Nyse : SessionHours.AlwaysOpen, SettlementDays = random.Next(4) == 0 ? 1 : 0,
            Markets = [Fund("VTI", 290), Fund("BND", 73)],
        },
    ];

    /// <summary>By turns of each kind, as many as asked for.</summary>
    public static IReadOnlyList<WorldAccount> Accounts(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index =>
        {
            var (exchange, number, balances) = Holdings[index % Holdings.Length];
            return Account($"{exchange}-{Numbers[(index / Holdings.Length * 2) + number]}", exchange, random, balances);
        }),
    ];

    public static PortfolioSettings Portfolio(Random random, DateTimeOffset start, bool isLong, IReadOnlyList<WorldAccount> accounts)
    {
        // Money goes on arriving in a long seed.
        var cap = 10_000 * accounts.Count * (isLong ? 4 : 1);
        var local = start.AddHours(-5).AddMinutes(isLong ? 240 : 10 + random.Next(10));
        return new PortfolioSettings
        {
            Id = "main",
            BaseCurrency = "USD",
            Targets = Targets(0.30m, 0.22m, 0.03m),
            Bands = new BandSettings { Absolute = 0.03m, Relative = 0.3m },
            Accounts = [.. accounts.Select(account => account.Id)],
            Schedule = new ScheduleSettings(
                string.Create(CultureInfo.InvariantCulture, $"0 {local.Minute} {local.Hour} * * ?"), "America/New_York"),
            Orders = new OrderSettings
            {
                Type = random.Next(4) == 0 ? OrderType.Market : OrderType.Limit, TimeoutSeconds = isLong ? 300 : 20 + random.Next(40),
                Slices = 1 + random.Next(2), PriceCollar = 0.01m,
            },
            // What a plan costs is not the matter here: one seed in 32 solves, with a wide gap, the others place by the simple method.
            Placement = new PlacementSettings
            {
                GapBasisPoints = 10, Objective = random.Next(32) == 0 ? PlacementObjective.Tracking : PlacementObjective.Simple,
            },
            // The gate on turnover has tests of its own; here every decision is to be carried out.
            Limits = new LimitSettings { MaxDailyTurnover = 100, MaxDrawdown = 0.5m, MaxExposure = new ExposureSettings { Assets = new(StringComparer.Ordinal) { ["BTC"] = cap, ["ETH"] = cap } }, MaxBalanceAgeSeconds = isLong ? 900 : 30 },
        };
    }

    public static TargetSettings Targets(decimal bitcoin, decimal ether, decimal coin) => TargetSettings.Fixed(new(StringComparer.Ordinal)
    {
        ["BTC"] = bitcoin, ["ETH"] = ether, ["BNB"] = coin, [StableCoin] = 0.04m, ["VTI"] = 0.2m, ["BND"] = 0.16m,
    });

    private static SimulatedMarket Coin(string asset, decimal price, decimal lot, string? feeAsset) => new(
        new MarketId(asset, "USD"), price, AnnualDrift: 0.1m, AnnualVolatility: 1.5m, HalfSpread: 0.0002m, TickSize: 0.01m, LotSize: lot,
        MinQuantity: lot, MinNotional: 10, MakerFeeRate: 0.0008m, TakerFeeRate: 0.001m, FeeAsset: feeAsset, MaxNotional: 1_000_000);

    private static SimulatedMarket Stable(string feeAsset) => new(
        new MarketId(StableCoin, "USD"), 1, AnnualDrift: 0, AnnualVolatility: 0.01m, HalfSpread: 0.0001m, TickSize: 0.0001m, LotSize: 0.01m,
        MinQuantity: 0.01m, MinNotional: 10, MakerFeeRate: 0, TakerFeeRate: 0.0002m, FeeAsset: feeAsset, MaxNotional: 1_000_000);

    private static SimulatedMarket Fund(string asset, decimal price) => new(
        new MarketId(asset, "USD"), price, AnnualDrift: 0.05m, AnnualVolatility: 0.3m, HalfSpread: 0.0001m, TickSize: 0.01m, LotSize: 1,
        MinQuantity: 1, MinNotional: 0, MakerFeeRate: 0, TakerFeeRate: 0, TicketFee: 1);

    private static SimulatedLatency Latency(Random random)
    {
        var oneWay = TimeSpan.FromMilliseconds(5 + random.Next(100));
        return new SimulatedLatency(oneWay, oneWay, TimeSpan.FromMilliseconds(random.Next(300)));
    }

    private static decimal Share(Random random) => Math.Round(0.1m + (0.6m * (decimal)random.NextDouble()), 2);

    /// <summary>About what is stated, with dust no order can sell.</summary>
    private static WorldAccount Account(string id, string exchange, Random random, (string Asset, decimal Amount)[] balances)
    {
        var held = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (asset, amount) in balances)
        {
            var factor = Math.Round(0.6m + (0.8m * (decimal)random.NextDouble()), 3);
            held[asset] = exchange == "cedar" ? Math.Round(amount * factor, asset == "USD" ? 2 : 0) : (amount * factor) + 0.00000007m;
        }

        return new WorldAccount(id, exchange, held);
    }
}
