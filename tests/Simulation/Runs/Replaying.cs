using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.Observing;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Runs;

/// <summary>Rebuilds every entity's state from the journal, from zero and from its latest snapshot.</summary>
internal static class Replaying
{
    public static async Task<SortedDictionary<string, (string FromZero, string FromSnapshot)>> HashesAsync(InMemoryJournal journal)
    {
        var hashes = new SortedDictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var entity in await journal.ListPersistenceIdsAsync("", CancellationToken.None))
        {
            if (StartOf(entity) is not { } empty)
                continue;
            var fromZero = await HashAsync(journal, entity, empty, 1);
            var snapshot = await journal.LoadSnapshotAsync(entity, CancellationToken.None);
            var fromSnapshot = snapshot is null ? fromZero : await HashAsync(
                journal, entity, ClusterWorld.Catalog.Deserialize(snapshot.Name, snapshot.Version, snapshot.Payload), snapshot.SequenceNr + 1);
            hashes.Add(entity, (fromZero, fromSnapshot));
        }

        return hashes;
    }

    private static object? StartOf(string entity) =>
        entity.StartsWith("account/", StringComparison.Ordinal) ? Account.Empty
        : entity.StartsWith("portfolio/", StringComparison.Ordinal) ? PortfolioState.Empty
        : null;

    /// <summary>Events that cannot be applied are a state of their own: they differ from every hash.</summary>
    private static async Task<string> HashAsync(InMemoryJournal journal, string entity, object state, long from)
    {
        try
        {
            return StateHash.Of(await FoldAsync(journal, entity, state, from));
        }
        catch (InvalidOperationException exception)
        {
            return $"not to be replayed from event {from}: {exception.Message}";
        }
    }

    private static async Task<object> FoldAsync(InMemoryJournal journal, string entity, object state, long from)
    {
        await foreach (var row in journal.ReadAsync(entity, from, CancellationToken.None))
        {
            var happening = ClusterWorld.Catalog.Deserialize(row.EventName, row.EventVersion, row.Payload);
            state = state switch
            {
                Account account => account.Evolve((AccountEvent)happening),
                PortfolioState portfolio => portfolio.Evolve(happening),
                _ => throw new InvalidOperationException($"{entity} has no state to fold."),
            };
        }

        return state;
    }
}
