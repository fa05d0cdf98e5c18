using Rebalancer.Domain.Portfolios;
using Rebalancer.Simulation.Faults;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.World;

/// <summary>One account of the simulated world.</summary>
internal sealed record WorldAccount(string Id, string Exchange, SortedDictionary<string, decimal> Balances);

/// <summary>Everything a seed decides before its run begins.</summary>
internal sealed record SeedPlan
{
    /// <summary>Ordinary days, the American changes of clocks, a leap day, a holiday with a half day behind it, and a weekend.</summary>
    private static readonly DateTimeOffset[] Starts =
    [
        At(2026, 11, 23, 15), At(2026, 7, 14, 13), At(2026, 3, 8, 6), At(2026, 11, 1, 5), At(2028, 2, 29, 14), At(2026, 11, 26, 15),
        At(2026, 11, 27, 17), At(2026, 8, 8, 12), At(2026, 3, 6, 19), At(2026, 10, 30, 18),
    ];

    public required int Seed { get; init; }

    public required DateTimeOffset Start { get; init; }

    /// <summary>With faults; the liveness phase comes behind it.</summary>
    public required TimeSpan Safety { get; init; }

    /// <summary>Three days instead of an hour or so; everything is polled more rarely then.</summary>
    public required bool IsLong { get; init; }

    /// <summary>Between two readings of an account's prices.</summary>
    public required TimeSpan QuoteInterval { get; init; }

    public required FaultRates Rates { get; init; }

    public required IReadOnlyList<SimulatedExchangeSettings> Exchanges { get; init; }

    public required IReadOnlyList<WorldAccount> Accounts { get; init; }

    public required PortfolioSettings Portfolio { get; init; }

    /// <summary>How far behind a lagging replica is.</summary>
    public required TimeSpan Lag { get; init; }

    /// <summary>A day of trading: 20 accounts, prices every five seconds.</summary>
    public static SeedPlan Day(int seed, bool withFaults) =>
        Of(seed, withFaults, TimeSpan.FromDays(1), accounts: 20) with { QuoteInterval = TimeSpan.FromSeconds(5) };

    public static SeedPlan Of(int seed, bool withFaults = true, TimeSpan? safety = null, int accounts = 6)
    {
        var random = new Random(seed);
        var isLong = seed % 50 == 0 && safety is null;
        var start = Starts[random.Next(Starts.Length)].AddMinutes(random.Next(60));
        var minutes = isLong ? 3 * 24 * 60 : 25 + random.Next(20);
        var lag = TimeSpan.FromSeconds(5 + random.Next(60));
        var exchanges = WorldCatalog.Exchanges(random);
        var owned = WorldCatalog.Accounts(random, accounts);
        var portfolio = WorldCatalog.Portfolio(random, start, isLong, owned);
        // Last, so that a run without faults is in the same world.
        var rates = FaultRates.Draw(random);
        return new SeedPlan
        {
            Seed = seed, Start = start, Safety = safety ?? TimeSpan.FromMinutes(minutes), IsLong = isLong, Lag = lag, Exchanges = exchanges,
            Accounts = owned, Portfolio = portfolio, Rates = withFaults ? rates : FaultRates.None,
            QuoteInterval = TimeSpan.FromSeconds(isLong ? 60 : 4),
        };
    }

    private static DateTimeOffset At(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);
}
