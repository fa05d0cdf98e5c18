namespace Rebalancer.Runtime.Journals;

/// <summary>What every journal does alike with an append, before and around its own storage.</summary>
internal static class AppendRules
{
    /// <summary>Refuses requests that no journal could carry out; this is a mistake of the caller, not an outcome.</summary>
    public static void Validate(AppendRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (string.IsNullOrWhiteSpace(request.PersistenceId) || request.ExpectedSequenceNr < 0)
        {
            throw new ArgumentException(
                $"An append needs a persistence id and a sequence number of at least 0, was '{request.PersistenceId}' and "
                + $"{request.ExpectedSequenceNr}.", nameof(request));
        }

        if (request.Events.Count > 0)
        {
            return;
        }

        if (request.Messages.Count > 0 || request.HaltChanges.Count > 0 || request.Receipt is null)
        {
            throw new ArgumentException(
                $"An append of {request.PersistenceId} without events may carry a receipt and nothing else: messages and halt changes "
                + "need an event that says why, and lets a repeated append be recognised.", nameof(request));
        }
    }

    /// <summary>The rows of a request behind the given head, numbered, chained and hashed; the global offset is left 0.</summary>
    public static JournalRow[] BuildRows(AppendRequest request, string previousHash)
    {
        var rows = new JournalRow[request.Events.Count];
        var timestamp = JournalHash.FromMicroseconds(JournalHash.ToMicroseconds(request.Timestamp));
        for (var i = 0; i < rows.Length; i++)
        {
            var appended = request.Events[i];
            var row = new JournalRow(
                0, request.PersistenceId, request.ExpectedSequenceNr + 1 + i, appended.Name, appended.Version, appended.Payload,
                timestamp, request.Epoch, request.WriterId, appended.CorrelationId ?? request.CorrelationId, request.CausationId, previousHash, string.Empty);
            previousHash = JournalHash.Compute(row);
            rows[i] = row with { Hash = previousHash };
        }

        return rows;
    }

    /// <summary>
    /// The head has moved past where the request starts. When the rows there are the request's own, an earlier attempt was durable
    /// although it was reported otherwise, and the append has succeeded; else a second writer is at work.
    /// </summary>
    /// <param name="stored">The stored rows in the place of the request's, in order; fewer when the stream ends before.</param>
    public static AppendOutcome JudgeRepeated(AppendRequest request, StreamHead head, IReadOnlyList<JournalRow> stored)
    {
        if (request.Events.Count == 0 || stored.Count != request.Events.Count)
        {
            return new AppendOutcome.Conflict(head.LastSequenceNr);
        }

        var own = BuildRows(request, stored[0].PreviousHash);
        for (var i = 0; i < own.Length; i++)
        {
            if (stored[i].WriterId != request.WriterId || stored[i].Hash != own[i].Hash)
            {
                return new AppendOutcome.Conflict(head.LastSequenceNr);
            }
        }

        return new AppendOutcome.Accepted(own[^1].SequenceNr);
    }
}
