using System.Runtime.CompilerServices;

namespace Rebalancer.Runtime.Journals;

/// <summary>
/// Append-only store of events, the outbox of reliable messages, and snapshots. One append is one transaction: its events, outgoing
/// messages, the receipt of the message that caused it and halt changes are all durable or none is.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Appends one entity's batch. Completes when durable. Never throws for an outcome it can name.</summary>
    Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>Events of one entity with sequence number from <paramref name="fromSequenceNr"/> on, in order.</summary>
    IAsyncEnumerable<JournalRow> ReadAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken);

    /// <summary>
    /// What recovery needs of the same events, without the columns that only an audit reads. A journal overrides it when that is faster.
    /// </summary>
    async IAsyncEnumerable<RecoveredEvent> RecoverAsync(
        string persistenceId, long fromSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in ReadAsync(persistenceId, fromSequenceNr, cancellationToken))
        {
            yield return new RecoveredEvent(row.SequenceNr, row.EventName, row.EventVersion, row.Payload);
        }
    }

    /// <summary>Events of all entities past a global offset, in offset order; gaps that may still commit are not passed.</summary>
    IAsyncEnumerable<JournalRow> ReadAllAsync(long afterOffset, int limit, CancellationToken cancellationToken);

    /// <summary>Entities that have a stream, in ordinal order; one whose events were deleted behind the journal's back is still listed.</summary>
    Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Where an entity's stream ends according to its head record; null when it has none.</summary>
    Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken);

    Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken);

    Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken);

    /// <summary>Unconfirmed reliable messages to entities of this node, oldest first.</summary>
    Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a confirmed message from the outbox, and its receipt with it: a message that is no longer in the outbox counts as
    /// received, so nothing has to be remembered about it. Idempotent.
    /// </summary>
    Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken);

    /// <summary>True when the receiver has already taken the message into its stream.</summary>
    Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken);

    /// <summary>Halted scopes with who and why, as the append sees them.</summary>
    Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken);
}

/// <summary>An event as the entity hands it over; the journal adds sequence number, hash and offset.</summary>
/// <param name="CorrelationId">Of the chain it belongs to; null: that of its append.</param>
public sealed record EventToAppend(string Name, int Version, string Payload, string? CorrelationId = null);

/// <summary>A reliable message: delivered until confirmed, taking effect once at the receiver.</summary>
public sealed record MessageToSend(string Receiver, string Name, int Version, string Payload);

/// <summary>The identity of a reliable message at its receiver.</summary>
public sealed record MessageReceipt(string Sender, long Sequence);

/// <summary>Raises (<paramref name="Halted"/>) or lifts a halt of a scope such as <c>global</c> or <c>portfolio/main</c>.</summary>
public sealed record HaltChange(string Scope, bool Halted, string Who, string Why);

/// <summary>A halt in force, with who raised it and why.</summary>
public sealed record HaltRow(string Scope, string Who, string Why, DateTimeOffset At);

/// <summary>One entity's batch. Messages and halt changes need at least one event beside them; a receipt may stand alone.</summary>
/// <param name="PersistenceId">Entity, such as <c>account/kraken-main</c>.</param>
/// <param name="ExpectedSequenceNr">Sequence number of the entity's last event as its writer knows it; 0 for a new entity.</param>
/// <param name="Epoch">Fencing epoch under which the writer owns the entity.</param>
/// <param name="WriterId">Identity of this incarnation of the entity; tells an own committed append from a second writer's.</param>
/// <param name="HaltScopes">Scopes that must not be halted for the append to happen (arming an order).</param>
public sealed record AppendRequest(
    string PersistenceId,
    long ExpectedSequenceNr,
    long Epoch,
    string WriterId,
    DateTimeOffset Timestamp,
    string CorrelationId,
    string CausationId,
    IReadOnlyList<EventToAppend> Events,
    IReadOnlyList<MessageToSend> Messages,
    MessageReceipt? Receipt,
    IReadOnlyList<string> HaltScopes,
    IReadOnlyList<HaltChange> HaltChanges);

/// <summary>What became of an append.</summary>
public abstract record AppendOutcome
{
    /// <summary>Durable; the entity's last sequence number is now this.</summary>
    public sealed record Accepted(long LastSequenceNr) : AppendOutcome;

    /// <summary>Another epoch owns the entity: stop.</summary>
    public sealed record Fenced(long CurrentEpoch) : AppendOutcome;

    /// <summary>A scope named in the request is halted; nothing was written.</summary>
    public sealed record Halted(string Scope) : AppendOutcome;

    /// <summary>The message named by the receipt has already taken effect; nothing was written.</summary>
    public sealed record AlreadyReceived : AppendOutcome;

    /// <summary>Another writer's events stand where these should: stop and recover.</summary>
    public sealed record Conflict(long LastSequenceNr) : AppendOutcome;

    /// <summary>It cannot be told whether the append is durable: stop and recover.</summary>
    public sealed record Unknown(string Reason) : AppendOutcome;
}

/// <param name="GlobalOffset">Commit-independent order over all entities; not part of the hash.</param>
/// <param name="Hash">SHA-256 over every column but the global offset, chained to <paramref name="PreviousHash"/> of the same entity.</param>
public sealed record JournalRow(
    long GlobalOffset,
    string PersistenceId,
    long SequenceNr,
    string EventName,
    int EventVersion,
    string Payload,
    DateTimeOffset Timestamp,
    long Epoch,
    string WriterId,
    string CorrelationId,
    string CausationId,
    string PreviousHash,
    string Hash);

/// <summary>A stored event as recovery reads it.</summary>
public readonly record struct RecoveredEvent(long SequenceNr, string Name, int Version, string Payload);

/// <summary>The end of a stream, kept beside it so that deleted last events are noticed.</summary>
/// <param name="LastMessageSequence">Sequence number of the last reliable message the entity has sent.</param>
public sealed record StreamHead(long LastSequenceNr, string LastHash, long LastMessageSequence)
{
    public static StreamHead Empty { get; } = new(0, string.Empty, 0);
}

/// <param name="StreamHash">Hash of the event it was taken at, which ties it to its stream.</param>
/// <param name="Hash">SHA-256 over all the others; empty in snapshots of a version that had none.</param>
public sealed record SnapshotRow(
    string PersistenceId, long SequenceNr, string Name, int Version, string Payload, DateTimeOffset Timestamp, string StreamHash = "", string Hash = "")
{
    /// <summary>What <see cref="Hash"/> must be.</summary>
    public string ComputeHash() => JournalHash.Compute(new JournalRow(
        0, PersistenceId, SequenceNr, Name, Version, Payload, Timestamp, 0, string.Empty, string.Empty, string.Empty, StreamHash, string.Empty));
}

/// <summary>A reliable message not yet confirmed by its receiver.</summary>
public sealed record OutboxRow(long Offset, string Sender, long Sequence, string Receiver, string Name, int Version, string Payload, string CorrelationId);
