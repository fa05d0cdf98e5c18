using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.Faults;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Observing;

/// <summary>
/// One thing that happened, as an observer outside every process sees it: at the journal, on the wire, in a venue's book. The invariants are
/// judged on these alone, so what the actors believe does not count.
/// </summary>
/// <param name="At">True time, which no process knows.</param>
internal abstract record Observation(DateTimeOffset At)
{
    /// <summary>Durable from here on.</summary>
    /// <param name="CurrentEpoch">Of the entity's shard in the lease store at that moment.</param>
    /// <param name="Owner">Of that lease; null when it was given up.</param>
    /// <param name="ClockOffset">By how much the writer's wall clock is wrong.</param>
    public sealed record Appended(
        DateTimeOffset At, string Entity, string Process, long Epoch, long CurrentEpoch, string? Owner, TimeSpan ClockOffset, long FirstSequenceNr,
        IReadOnlyList<object> Events, IReadOnlyList<string> HaltScopes, IReadOnlyList<HaltChange> HaltChanges) : Observation(At);

    /// <summary>A snapshot was saved.</summary>
    /// <param name="StateHash">Of the state in it.</param>
    public sealed record SnapshotSaved(DateTimeOffset At, string Entity, long SequenceNr, string StateHash) : Observation(At);

    /// <summary>A process reads the entity's stream: it takes the entity over, or believes so.</summary>
    /// <param name="Owner">The process that has the lease.</param>
    public sealed record Recovering(DateTimeOffset At, string Entity, string Process, long CurrentEpoch, string? Owner) : Observation(At);

    /// <summary>The request has left the process, whether or not it arrives.</summary>
    public sealed record SendStarted(DateTimeOffset At, string Account, string Process, OrderRequest Order) : Observation(At);

    public sealed record BookChanged(DateTimeOffset At, string Account, BookEvent Event) : Observation(At);

    public sealed record ProcessPaused(DateTimeOffset At, string Process) : Observation(At);

    /// <summary>What the venue truly has for a market, stated before an order in it is judged.</summary>
    /// <param name="QuotedAt">Moment of the quote.</param>
    public sealed record MarketTruth(DateTimeOffset At, string Account, MarketId Market, DateTimeOffset QuotedAt, decimal Bid, decimal Ask) : Observation(At);

    /// <summary>Rules as the venue gave them to that account.</summary>
    public sealed record RulesGiven(DateTimeOffset At, string Account, IReadOnlyList<MarketRules> Rules) : Observation(At);

    /// <summary>A reading of balances as the process got it, and how far the venue's clock and the machine's were apart then.</summary>
    public sealed record BalancesGiven(DateTimeOffset At, string Account, string Process, TimeSpan Skew, IReadOnlyList<string> Assets) : Observation(At);

    /// <summary>An account's halt was answered.</summary>
    public sealed record HaltAnswered(DateTimeOffset At, string Account) : Observation(At);

    public sealed record FaultStruck(DateTimeOffset At, Fault Fault) : Observation(At);

    /// <summary>From here on nothing fails, and what is left must mend itself.</summary>
    public sealed record FaultsEnded(DateTimeOffset At) : Observation(At);

    /// <summary>The seed is over.</summary>
    public sealed record Ended(DateTimeOffset At, EndState State) : Observation(At);
}

/// <summary>What is true at a seed's end.</summary>
/// <param name="Books">Each account at its venue.</param>
/// <param name="Accounts">Each account by its stream, folded from zero.</param>
/// <param name="Replayed">Hashes of each entity's state: folded from zero, and from its latest snapshot.</param>
/// <param name="Weights">True weights by asset.</param>
/// <param name="Excused">Assets out of their band for a reason the last decision gives.</param>
internal sealed record EndState(
    SortedDictionary<string, AccountBook> Books, SortedDictionary<string, Account> Accounts, PortfolioState Portfolio,
    SortedDictionary<string, (string FromZero, string FromSnapshot)> Replayed,
    SortedDictionary<string, decimal> Weights, IReadOnlyList<string> Excused);
