namespace Rebalancer.Runtime.Persistence;

/// <summary>A reliable message to be sent with the events.</summary>
/// <param name="Receiver">Persistence id of the receiving entity.</param>
/// <param name="Message">Registered in the event catalog.</param>
public sealed record OutgoingMessage(string Receiver, object Message);

/// <summary>What goes with the events of one persist, in the same transaction.</summary>
public sealed record PersistOptions
{
    /// <summary>Reliable messages, delivered in this order to each receiver.</summary>
    public IReadOnlyList<OutgoingMessage> Outgoing { get; init; } = [];

    /// <summary>Scopes none of which may be halted for the persist to happen.</summary>
    public IReadOnlyList<string> HaltScopes { get; init; } = [];

    /// <summary>Halts to raise or lift; the events beside them say who and why.</summary>
    public IReadOnlyList<Journals.HaltChange> HaltChanges { get; init; } = [];

    /// <summary>Null: that of the message being handled.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>What became of a persist whose outcome the actor can act on; every other outcome ends the incarnation.</summary>
public abstract record PersistResult
{
    /// <summary>Durable and applied.</summary>
    public sealed record Accepted(long LastSequenceNr) : PersistResult;

    /// <summary>A scope is halted; nothing was written or applied, and the message being handled still waits for its receipt.</summary>
    public sealed record Halted(string Scope) : PersistResult;
}

/// <summary>A message that carries the id of the chain of cause and effect it belongs to.</summary>
public interface ICorrelated
{
    string CorrelationId { get; }
}

/// <summary>The incarnation may not go on: its state may differ from the journal. The next one recovers from there.</summary>
public abstract class PersistenceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another owner has the entity now.</summary>
public sealed class PersistFencedException(string persistenceId, long epoch, long currentEpoch) : PersistenceException(
    $"{persistenceId}: this node owned the entity under epoch {epoch}, the current one is {currentEpoch}.")
{
    public long CurrentEpoch { get; } = currentEpoch;
}

/// <summary>Another writer's events stand in the stream.</summary>
public sealed class PersistConflictException(string persistenceId, long expected, long actual) : PersistenceException(
    $"{persistenceId}: expected event {expected} to be the last one, was {actual}. A second writer is at work.");

/// <summary>It cannot be told whether the events are durable.</summary>
public sealed class PersistOutcomeUnknownException(string persistenceId, string reason, Exception? inner = null) : PersistenceException(
    $"{persistenceId}: it cannot be told whether the last events are durable: {reason}", inner);

/// <summary>A durable event cannot be read or applied, on recovery or live.</summary>
public sealed class RecoveryException(string persistenceId, long sequenceNr, Exception inner) : PersistenceException(
    $"{persistenceId} event {sequenceNr}: {inner.Message}", inner);
