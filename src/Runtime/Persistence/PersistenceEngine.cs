using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Persistence;

/// <summary>What the persistent actors of one node share.</summary>
/// <param name="journal">Where they write.</param>
/// <param name="catalog">Names of everything they store.</param>
/// <param name="epochOf">The fencing epoch under which this node owns an entity.</param>
/// <param name="concurrentRecoveries">How many may read their streams at once.</param>
/// <param name="snapshotEvery">Events between the snapshots of an entity that does not say otherwise; 0 takes none.</param>
public sealed class PersistenceEngine(
    IJournal journal, EventCatalog catalog, Func<string, long> epochOf, int concurrentRecoveries = 4, int snapshotEvery = 1_000)
{
    public IJournal Journal { get; } = journal;

    public EventCatalog Catalog { get; } = catalog;

    public RecoveryLimiter Recoveries { get; } = new(concurrentRecoveries);

    public int SnapshotEvery { get; } = snapshotEvery;

    /// <summary>Told <see cref="OutboxFilled"/> after each persist that sent reliable messages; without it they wait for its next round.</summary>
    public IActorRef? Delivery { get; set; }

    public long EpochOf(string persistenceId) => epochOf(persistenceId);
}

/// <summary>Told to the delivery service: there are new rows in the outbox.</summary>
public sealed record OutboxFilled
{
    public static OutboxFilled Instance { get; } = new();
}
