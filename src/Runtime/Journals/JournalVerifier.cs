namespace Rebalancer.Runtime.Journals;

/// <summary>What happened to an event behind the journal's back.</summary>
public enum JournalFaultKind
{
    /// <summary>A column is not what was written.</summary>
    Edited,

    /// <summary>The event is missing.</summary>
    Deleted,

    /// <summary>The event stands in another event's place.</summary>
    Reordered,
}

/// <summary>The first event of a stream that is not as it was written.</summary>
/// <param name="Explanation">One sentence for the operator.</param>
public sealed record JournalFault(string PersistenceId, long SequenceNr, JournalFaultKind Kind, string Explanation)
{
    public override string ToString() => $"{PersistenceId} event {SequenceNr}: {Explanation}";
}

/// <param name="Faults">The first bad event of each damaged stream, in ordinal order of the streams; empty when the journal is as written.</param>
public sealed record JournalVerification(int Streams, long Events, IReadOnlyList<JournalFault> Faults)
{
    public bool IsIntact => Faults.Count == 0;
}

/// <summary>Recomputes the hash chain of every stream. It only reads, so it may run beside a writer or on a read-only journal.</summary>
public sealed class JournalVerifier(IJournal journal)
{
    /// <summary>Verifies every stream of the journal by itself.</summary>
    public Task<JournalVerification> VerifyAsync(CancellationToken cancellationToken) => VerifyAsync([], cancellationToken);

    /// <summary>Verifies every stream, and that it still holds what earlier heads say it held.</summary>
    /// <param name="heads">From outside of the journal, in any order; that they are genuine is for the caller to know.</param>
    public async Task<JournalVerification> VerifyAsync(IReadOnlyList<JournalHead> heads, CancellationToken cancellationToken)
    {
        var faults = new List<JournalFault>();
        long events = 0;
        var marks = heads.SelectMany(head => head.Streams, (head, mark) => new Witness(mark, head.At)).ToLookup(witness => witness.Mark.PersistenceId);
        var listed = await journal.ListPersistenceIdsAsync(string.Empty, cancellationToken);
        var streams = listed.Union(marks.Select(stream => stream.Key)).Order(StringComparer.Ordinal).ToList();
        foreach (var persistenceId in streams)
        {
            var (count, fault) = await VerifyStreamAsync(persistenceId, [.. marks[persistenceId].OrderBy(witness => witness.Mark.SequenceNr)], cancellationToken);
            events += count;
            if (fault is not null)
            {
                faults.Add(fault);
            }
        }

        return new JournalVerification(streams.Count, events, faults);
    }

    private async Task<(long Events, JournalFault? Fault)> VerifyStreamAsync(
        string persistenceId, IReadOnlyList<Witness> witnesses, CancellationToken cancellationToken)
    {
        // The head is read first: events that a writer appends meanwhile are then behind it, where they do no harm.
        var head = await journal.ReadHeadAsync(persistenceId, cancellationToken);
        JournalRow? previous = null;
        long events = 0;
        var (headMatched, heard) = (false, 0);
        await foreach (var row in journal.ReadAsync(persistenceId, 0, cancellationToken))
        {
            var fault = await CheckAsync(row, previous, cancellationToken);
            if (fault is not null)
            {
                return (events, fault);
            }

            for (; heard < witnesses.Count && witnesses[heard].Mark.SequenceNr == row.SequenceNr; heard++)
            {
                if (witnesses[heard].Mark.Hash != row.Hash)
                {
                    return (events, Rewritten(witnesses[heard]));
                }
            }

            headMatched |= row.SequenceNr == head?.LastSequenceNr && row.Hash == head.LastHash;
            previous = row;
            events++;
        }

        var last = previous?.SequenceNr ?? 0;
        return (events, heard < witnesses.Count ? Truncated(witnesses[^1], last) : headMatched ? null : CheckEnd(persistenceId, head, last));
    }

    /// <summary>Every hash fits the next, and yet they are not those of then: somebody has computed them anew.</summary>
    private static JournalFault Rewritten(Witness witness) => new(
        witness.Mark.PersistenceId, witness.Mark.SequenceNr, JournalFaultKind.Edited,
        $"edited; the head of {witness.At:O} has another hash for it, so this event or one before it was changed and the hashes since computed anew.");

    private static JournalFault Truncated(Witness witness, long last) => new(
        witness.Mark.PersistenceId, last + 1, JournalFaultKind.Deleted, $"deleted; at {witness.At:O} the stream went on to event {witness.Mark.SequenceNr}.");

    private static JournalFault? CheckEnd(string persistenceId, StreamHead? head, long last)
    {
        if (head is null)
        {
            return new JournalFault(persistenceId, 1, JournalFaultKind.Edited, "the stream's head record is missing, so its end cannot be told.");
        }

        return head.LastSequenceNr > last
            ? new JournalFault(
                persistenceId, last + 1, JournalFaultKind.Deleted, $"deleted; the stream once ended with event {head.LastSequenceNr}.")
            : new JournalFault(
                persistenceId, head.LastSequenceNr, JournalFaultKind.Edited, "the stream's head record does not name the hash of this event.");
    }

    private async Task<JournalFault?> CheckAsync(JournalRow row, JournalRow? previous, CancellationToken cancellationToken)
    {
        var expected = (previous?.SequenceNr ?? 0) + 1;
        if (JournalHash.Compute(row) != row.Hash)
        {
            return await IsMovedAsync(row, cancellationToken) is { } origin
                ? new JournalFault(row.PersistenceId, row.SequenceNr, JournalFaultKind.Reordered, $"reordered; what stands here was written as event {origin}.")
                : new JournalFault(row.PersistenceId, row.SequenceNr, JournalFaultKind.Edited, "edited; its columns no longer have the hash it was written with.");
        }

        if (row.SequenceNr != expected)
        {
            return new JournalFault(
                row.PersistenceId, expected, JournalFaultKind.Deleted, $"deleted; the next event found is {row.SequenceNr}.");
        }

        if (row.PreviousHash != (previous?.Hash ?? string.Empty))
        {
            return new JournalFault(
                row.PersistenceId, row.SequenceNr, JournalFaultKind.Edited,
                "edited; it is whole in itself but does not continue the event before it, so one of the two was replaced.");
        }

        return previous is not null && row.GlobalOffset <= previous.GlobalOffset
            ? new JournalFault(
                row.PersistenceId, row.SequenceNr, JournalFaultKind.Reordered, "reordered; its global offset is before that of the event preceding it.")
            : null;
    }

    /// <summary>A row whose hash fits under another number of the stream was moved there; the number it was written under, or null.</summary>
    private async Task<long?> IsMovedAsync(JournalRow row, CancellationToken cancellationToken)
    {
        var head = await journal.ReadHeadAsync(row.PersistenceId, cancellationToken);
        for (long candidate = 1; candidate <= (head?.LastSequenceNr ?? 0); candidate++)
        {
            if (candidate != row.SequenceNr && JournalHash.Compute(row with { SequenceNr = candidate }) == row.Hash)
            {
                return candidate;
            }
        }

        return null;
    }

    private sealed record Witness(StreamMark Mark, DateTimeOffset At);
}
