using Rebalancer.EndToEnd;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Cluster.World;

/// <summary>Holds the venues' book against the journal, and the journal against itself.</summary>
public static class Judge
{
    public static async Task<(Comparison Comparison, long Events)> JudgeAsync(ClusterWorld world, int openOrders, CancellationToken cancellationToken)
    {
        await using var journal = await PostgresJournal.OpenReadOnlyAsync(PostgresDatabase.Open(world.Journal, "judge"), cancellationToken);
        var rows = new List<JournalRow>();
        await foreach (var row in journal.ReadAllAsync(0, int.MaxValue, cancellationToken))
        {
            rows.Add(row);
        }

        var comparison = BookAgainstJournal.Compare(BookFile.Read(world.Venues.BookPath), rows);
        var violations = new List<string>(comparison.Violations);
        violations.AddRange((await new JournalVerifier(journal).VerifyAsync(cancellationToken)).Faults.Select(fault => fault.ToString()));
        violations.AddRange(EpochsThatFall(rows));
        var undelivered = await journal.ReadOutboxAsync(0, 1_000, cancellationToken);
        violations.AddRange(undelivered.Select(message => $"message {message.Sequence} ({message.Name}) of {message.Sender} never reached {message.Receiver}"));
        if (openOrders > 0)
        {
            violations.Add($"{openOrders} orders are open at the end");
        }

        return (comparison with { Violations = violations }, rows.Count);
    }

    /// <summary>An owner that was followed by another writes nothing any more.</summary>
    private static IEnumerable<string> EpochsThatFall(List<JournalRow> rows) => rows.GroupBy(row => row.PersistenceId, StringComparer.Ordinal)
        .Where(stream => stream.OrderBy(row => row.SequenceNr).Select(row => row.Epoch).ToList() is var epochs && !epochs.SequenceEqual(epochs.Order()))
        .Select(stream => $"{stream.Key} has events of an earlier owner behind those of a later one");
}
