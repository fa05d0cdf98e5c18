using System.Runtime.CompilerServices;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Persistence;

/// <summary>
/// What an entity recovers from, checked before it acts on it: the snapshot against its own hash and the event it stands on, the latest
/// events against their chain and the stream's end. An edit or a lost tail thus stops the entity instead of sending orders by it. What is
/// older than the latest events is left to <see cref="JournalVerifier"/>, so that a long stream recovers fast.
/// </summary>
internal sealed class VerifiedRecovery(IJournal journal, string persistenceId)
{
    /// <summary>Events before the stream's end that are verified: as many as lie between two snapshots.</summary>
    public const int VerifiedEvents = 1_000;

    /// <summary>The snapshot, or null when there is none that can be trusted; then what is wrong with it, in words.</summary>
    public async Task<(SnapshotRow? Snapshot, string? Problem)> LoadSnapshotAsync(CancellationToken cancellationToken)
    {
        if (await journal.LoadSnapshotAsync(persistenceId, cancellationToken) is not { } snapshot)
        {
            return (null, null);
        }

        if (snapshot.Hash != snapshot.ComputeHash())
        {
            return (null, snapshot.Hash.Length == 0 ? "it was saved by a version that did not hash snapshots" : "it is not what was saved");
        }

        await foreach (var row in journal.ReadAsync(persistenceId, snapshot.SequenceNr, cancellationToken))
        {
            return row.SequenceNr == snapshot.SequenceNr && row.Hash == snapshot.StreamHash
                ? (snapshot, null)
                : (null, $"event {snapshot.SequenceNr} is not the one it was taken at");
        }

        return (null, $"the journal ends before event {snapshot.SequenceNr}, at which it was taken");
    }

    /// <summary>Events from a sequence number on.</summary>
    /// <exception cref="InvalidOperationException">One of the latest is not as it was written, or the end is missing.</exception>
    public async IAsyncEnumerable<RecoveredEvent> ReadAsync(long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var head = await journal.ReadHeadAsync(persistenceId, cancellationToken) ?? StreamHead.Empty;
        var verifiedFrom = Math.Max(from, head.LastSequenceNr - VerifiedEvents + 1);
        if (from < verifiedFrom)
        {
            await foreach (var old in journal.RecoverAsync(persistenceId, from, cancellationToken))
            {
                if (old.SequenceNr >= verifiedFrom)
                {
                    break;
                }

                yield return old;
            }
        }

        JournalRow? previous = null;
        await foreach (var row in journal.ReadAsync(persistenceId, verifiedFrom, cancellationToken))
        {
            Check(row, previous, head);
            yield return new RecoveredEvent(row.SequenceNr, row.EventName, row.EventVersion, row.Payload);
            previous = row;
        }

        if ((previous?.SequenceNr ?? from - 1) < head.LastSequenceNr)
        {
            throw Damaged($"the stream once ended with event {head.LastSequenceNr}, now with {previous?.SequenceNr ?? from - 1}");
        }
    }

    private void Check(JournalRow row, JournalRow? previous, StreamHead head)
    {
        if (JournalHash.Compute(row) != row.Hash)
        {
            throw Damaged($"event {row.SequenceNr} no longer has the hash it was written with");
        }

        if (previous is not null && row.PreviousHash != previous.Hash)
        {
            throw Damaged($"event {row.SequenceNr} does not continue the one before it");
        }

        if (row.SequenceNr == head.LastSequenceNr && row.Hash != head.LastHash)
        {
            throw Damaged($"event {row.SequenceNr} is not the one the stream ended with");
        }
    }

    private InvalidOperationException Damaged(string what) =>
        new($"{persistenceId}: the journal is damaged: {what}. Run 'audit verify', which names the first bad event, and restore a backup.");
}
