using System.Collections.Immutable;
using Rebalancer.Actors.MarketData;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Accounts;

/// <summary>Everything an account actor needs besides its stream.</summary>
public sealed record AccountActorSettings
{
    /// <summary>As in the configuration; the stream is <c>account/{Id}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The portfolio that owns the account; null while it belongs to none.</summary>
    public string? PortfolioId { get; init; }

    /// <summary>Makes the connection for one incarnation of the actor, which disposes of it. A failure is one of the actor's start: it is tried again.</summary>
    public required Func<ValueTask<IVenue>> OpenVenue { get; init; }

    /// <summary>Waits until a reading may begin, and ends its turn when disposed; null: at once.</summary>
    public Func<CancellationToken, Task<IDisposable>>? TakeTurn { get; init; }

    /// <summary>Preference of location and tax, such as <c>exchange</c>, <c>broker</c> or <c>retirement</c>; null: what the venue says it is.</summary>
    public string? Kind { get; init; }

    public bool Taxable { get; init; } = true;

    /// <summary>Limits and timings. What the venue itself says of its abilities replaces the corresponding members.</summary>
    public AccountPolicy Policy { get; init; } = new();

    public SortedDictionary<string, IReadOnlyList<TaxLot>> Lots { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Balances, fills, transfers and open orders.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan QuotePollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Shorter than the largest age of market rules, so that one failed reading does not stop trading.</summary>
    public TimeSpan MarketPollInterval { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Where price history outlives the process; null: nowhere.</summary>
    public PriceHistoryStore? History { get; init; }

    /// <summary>The clock of send deadlines; null derives it from the runtime's clock.</summary>
    public UptimeClock? Uptime { get; init; }

    /// <summary>What is left of the lease under which side effects are allowed; null: the owner cannot change while this process lives.</summary>
    public Func<TimeSpan>? LeaseRemaining { get; init; }

    /// <summary>How to start the account's actor.</summary>
    public Props CreateProps(PersistenceEngine engine) => new(() => new AccountActor(this, engine));
}
