namespace Rebalancer.Runtime.Journals;

/// <summary>An event that stood in a stream, by the hash that commits to it and to every event before it.</summary>
public sealed record StreamMark(string PersistenceId, long SequenceNr, string Hash);

/// <summary>
/// Where every stream of a journal ended at one moment. Kept where whoever can write the journal cannot, it shows what they changed since: the
/// chain alone can be rebuilt by anyone who can compute SHA-256.
/// </summary>
/// <param name="Streams">In ordinal order; those with at least one event.</param>
public sealed record JournalHead(DateTimeOffset At, IReadOnlyList<StreamMark> Streams)
{
    /// <summary>The head now. Streams go on while it is read: each is at some point not before the call, which is all that is promised.</summary>
    public static async Task<JournalHead> ReadAsync(IJournal journal, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var marks = new List<StreamMark>();
        foreach (var persistenceId in await journal.ListPersistenceIdsAsync(string.Empty, cancellationToken))
        {
            if (await journal.ReadHeadAsync(persistenceId, cancellationToken) is { LastSequenceNr: > 0 } head)
            {
                marks.Add(new StreamMark(persistenceId, head.LastSequenceNr, head.LastHash));
            }
        }

        return new JournalHead(at, marks);
    }
}
