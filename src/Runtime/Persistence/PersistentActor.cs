using System.Globalization;
using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Persistence;

/// <summary>
/// An entity whose state is its events. It recovers before its first command (commands wait in the mailbox meanwhile), changes its state
/// only in <see cref="Apply"/>, and only by events that are durable. When a persist is fenced, conflicts or has an unknown outcome, the
/// incarnation fails, and the supervisor starts the next one, which reads the truth from the journal.
/// </summary>
public abstract class PersistentActor(PersistenceEngine engine) : Actor
{
    private string _writerId = string.Empty;
    private long _epoch;
    private long _snapshotSequenceNr;
    private ReliableDelivery? _unreceipted;
    private PersistenceException? _failure;
    private string _causationId = string.Empty;

    /// <summary>Name of the entity and of its stream, such as <c>account/kraken-main</c>.</summary>
    protected abstract string PersistenceId { get; }

    /// <summary>Events between snapshots; 0 takes none.</summary>
    protected virtual int SnapshotEvery => engine.SnapshotEvery;

    /// <summary>Sequence number of the last applied event.</summary>
    protected long LastSequenceNr { get; private set; }

    /// <summary>Correlation id of the message being handled.</summary>
    protected string CorrelationId { get; private set; } = string.Empty;

    /// <summary>Changes the state by one event: pure, and the same live and on replay.</summary>
    protected abstract void Apply(object @event);

    /// <summary>
    /// Handles a command, or the payload of a reliable message. The receipt of a reliable message is written with the first persist here
    /// that is accepted, so that persist must carry the whole effect; when there is none, the receipt is written alone.
    /// </summary>
    protected abstract ValueTask OnCommandAsync(object message);

    /// <summary>
    /// Correlation id of an event that goes on with a chain begun earlier, whatever message brings it now; null: that of the message being handled.
    /// </summary>
    protected virtual string? CorrelationOf(object @event) => null;

    /// <summary>Runs once the state is that of the journal, before the first command.</summary>
    protected virtual ValueTask OnRecoveredAsync() => ValueTask.CompletedTask;

    /// <summary>The state as one object registered in the catalog, or null when this entity keeps no snapshots.</summary>
    protected virtual object? CaptureSnapshot() => null;

    /// <summary>Makes the state what <see cref="CaptureSnapshot"/> gave.</summary>
    protected virtual void RestoreSnapshot(object snapshot) => throw new NotSupportedException($"{GetType().Name} keeps no snapshots.");

    /// <summary>Makes events durable, with what goes with them, and applies them; returns when both are done.</summary>
    /// <exception cref="PersistenceException">The incarnation is over; let it pass.</exception>
    protected async ValueTask<PersistResult> PersistAsync(IReadOnlyList<object> events, PersistOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (_failure is not null)
        {
            throw _failure;
        }

        options ??= new PersistOptions();
        if (events.Count == 0 && _unreceipted is null && options is { Outgoing.Count: 0, HaltChanges.Count: 0 })
        {
            return new PersistResult.Accepted(LastSequenceNr);
        }

        switch (await AppendAsync(ToRequest(events, options)))
        {
            case AppendOutcome.Accepted accepted:
                _unreceipted = null;
                ApplyDurable(events);
                if (options.Outgoing.Count > 0)
                {
                    engine.Delivery?.Tell(OutboxFilled.Instance, Context.Self);
                }

                await SnapshotWhenDueAsync();
                return new PersistResult.Accepted(accepted.LastSequenceNr);
            case AppendOutcome.Halted halted:
                return new PersistResult.Halted(halted.Scope);
            case AppendOutcome.AlreadyReceived when events.Count == 0:
                _unreceipted = null;
                return new PersistResult.Accepted(LastSequenceNr);
            case AppendOutcome.Fenced fenced:
                throw Fail(new PersistFencedException(PersistenceId, _epoch, fenced.CurrentEpoch));
            case AppendOutcome.Conflict conflict:
                throw Fail(new PersistConflictException(PersistenceId, LastSequenceNr, conflict.LastSequenceNr));
            case AppendOutcome.AlreadyReceived:
                throw Fail(new PersistConflictException(PersistenceId, LastSequenceNr, LastSequenceNr));
            case AppendOutcome.Unknown unknown:
                throw Fail(new PersistOutcomeUnknownException(PersistenceId, unknown.Reason));
            case var other:
                throw Fail(new PersistOutcomeUnknownException(PersistenceId, $"the journal answered {other}"));
        }
    }

    /// <summary>Recovers the state; see <see cref="OnRecoveredAsync"/> for what an entity does first.</summary>
    protected internal sealed override async ValueTask PreStartAsync()
    {
        Span<byte> writer = stackalloc byte[16];
        Context.Random.NextBytes(writer);
        _writerId = Convert.ToHexStringLower(writer);
        // The epoch is read before the events: an owner that takes over meanwhile makes our first append fail.
        _epoch = engine.EpochOf(PersistenceId);
        using (await engine.Recoveries.EnterAsync())
        {
            await RecoverAsync();
        }

        CorrelationId = NextCorrelationId();
        _causationId = "recovery";
        await OnRecoveredAsync();
        ThrowIfFailed();
    }

    protected internal sealed override async ValueTask ReceiveAsync(object message)
    {
        if (message is ReliableDelivery delivery)
        {
            await ReceiveReliableAsync(delivery);
        }
        else
        {
            CorrelationId = (message as ICorrelated)?.CorrelationId ?? NextCorrelationId();
            _causationId = message.GetType().Name;
            await OnCommandAsync(message);
        }

        ThrowIfFailed();
    }

    private async ValueTask ReceiveReliableAsync(ReliableDelivery delivery)
    {
        if (!await engine.Journal.IsReceivedAsync(PersistenceId, delivery.Sender, delivery.Sequence, CancellationToken.None))
        {
            CorrelationId = delivery.CorrelationId;
            _causationId = string.Create(CultureInfo.InvariantCulture, $"{delivery.Sender}#{delivery.Sequence}");
            _unreceipted = delivery;
            try
            {
                await OnCommandAsync(delivery.Payload);
                ThrowIfFailed();
                if (_unreceipted is not null)
                {
                    await PersistAsync([]);
                }
            }
            finally
            {
                _unreceipted = null;
            }
        }

        Context.Sender.Tell(new ReliableReceived(PersistenceId, delivery.Sender, delivery.Sequence), Context.Self);
    }

    private async ValueTask RecoverAsync()
    {
        var recovery = new VerifiedRecovery(engine.Journal, PersistenceId);
        var (snapshot, problem) = await recovery.LoadSnapshotAsync(CancellationToken.None);
        if (problem is not null)
        {
            Context.Log.LogWarning("{PersistenceId}: the snapshot is not used, since {Problem}; replaying every event.", PersistenceId, problem);
        }

        if (snapshot is not null && engine.Catalog.CanRead(snapshot.Name, snapshot.Version))
        {
            RestoreSnapshot(engine.Catalog.Deserialize(snapshot.Name, snapshot.Version, snapshot.Payload));
            LastSequenceNr = _snapshotSequenceNr = snapshot.SequenceNr;
        }
        else if (snapshot is not null)
        {
            Context.Log.LogWarning(
                "{PersistenceId}: the snapshot {Name} version {Version} cannot be read by this version; replaying every event.",
                PersistenceId, snapshot.Name, snapshot.Version);
        }

        await foreach (var row in recovery.ReadAsync(LastSequenceNr + 1, CancellationToken.None))
        {
            try
            {
                if (row.SequenceNr != LastSequenceNr + 1)
                {
                    throw new InvalidOperationException($"expected event {LastSequenceNr + 1}; events are missing. Run 'audit verify'.");
                }

                Apply(engine.Catalog.Deserialize(row.Name, row.Version, row.Payload));
                LastSequenceNr = row.SequenceNr;
            }
            catch (Exception exception)
            {
                throw new RecoveryException(PersistenceId, row.SequenceNr, exception);
            }
        }
    }

    private AppendRequest ToRequest(IReadOnlyList<object> events, PersistOptions options) => new(
        PersistenceId, LastSequenceNr, _epoch, _writerId, Context.Clock.GetUtcNow(), options.CorrelationId ?? CorrelationId, _causationId,
        [.. events.Select(ToAppend)],
        [.. options.Outgoing.Select(ToMessage)], _unreceipted?.Receipt, options.HaltScopes, options.HaltChanges);

    private EventToAppend ToAppend(object @event)
    {
        var stored = engine.Catalog.Serialize(@event);
        return new EventToAppend(stored.Name, stored.Version, stored.Payload, CorrelationOf(@event));
    }

    private MessageToSend ToMessage(OutgoingMessage outgoing)
    {
        var stored = engine.Catalog.Serialize(outgoing.Message);
        return new MessageToSend(outgoing.Receiver, stored.Name, stored.Version, stored.Payload);
    }

    private async ValueTask<AppendOutcome> AppendAsync(AppendRequest request)
    {
        try
        {
            return await engine.Journal.AppendAsync(request, CancellationToken.None);
        }
        catch (Exception exception)
        {
            throw Fail(new PersistOutcomeUnknownException(PersistenceId, exception.Message, exception));
        }
    }

    private void ApplyDurable(IReadOnlyList<object> events)
    {
        foreach (var applied in events)
        {
            try
            {
                Apply(applied);
                LastSequenceNr++;
            }
            catch (Exception exception)
            {
                throw Fail(new RecoveryException(PersistenceId, LastSequenceNr + 1, exception));
            }
        }
    }

    private async ValueTask SnapshotWhenDueAsync()
    {
        if (SnapshotEvery == 0 || LastSequenceNr - _snapshotSequenceNr < SnapshotEvery || CaptureSnapshot() is not { } state)
        {
            return;
        }

        try
        {
            var stored = engine.Catalog.Serialize(state);
            var head = await engine.Journal.ReadHeadAsync(PersistenceId, CancellationToken.None);
            if (head?.LastSequenceNr != LastSequenceNr)
            {
                // Another owner has appended; the next persist here will be told so.
                return;
            }

            var snapshot = new SnapshotRow(
                PersistenceId, LastSequenceNr, stored.Name, stored.Version, stored.Payload, Context.Clock.GetUtcNow(), head.LastHash);
            await engine.Journal.SaveSnapshotAsync(snapshot with { Hash = snapshot.ComputeHash() }, CancellationToken.None);
            _snapshotSequenceNr = LastSequenceNr;
        }
        catch (Exception exception)
        {
            // A snapshot only shortens recovery: the events are durable, so the entity goes on and tries again after its next events.
            Context.Log.LogWarning(exception, "{PersistenceId}: the snapshot at event {SequenceNr} could not be saved.", PersistenceId, LastSequenceNr);
        }
    }

    private PersistenceException Fail(PersistenceException failure) => _failure = failure;

    private void ThrowIfFailed()
    {
        // A handler that swallowed the failure must not go on with a state that may differ from the journal.
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private string NextCorrelationId() => string.Create(CultureInfo.InvariantCulture, $"{PersistenceId}@{LastSequenceNr + 1}");
}
