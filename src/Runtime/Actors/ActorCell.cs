using Microsoft.Extensions.Logging;

namespace Rebalancer.Runtime.Actors;

internal enum ActorCellState
{
    Starting,
    Running,

    /// <summary>Waits for its parent's directive; takes no user message.</summary>
    Failed,

    /// <summary>Waits for its children to stop, or for the backoff to end.</summary>
    Restarting,
    Stopping,
    Stopped,
}

/// <summary>
/// Everything of one actor but its behaviour: mailbox, incarnation, children, timers. Runs on its mailbox's turn only, so its fields need
/// no lock. This part is the turn itself; the others are life and death (Lifecycle) and what the actor sees (Context).
/// </summary>
internal sealed partial class ActorCell
{
    private readonly Props _props;
    private readonly ActorCell? _parent;
    private Actor? _actor;
    private object? _message;
    private IActorRef? _sender;
    private StashBuffer? _stash;
    private Exception? _pendingFailure;
    private ILogger? _log;
    private Random? _random;

    public ActorCell(ActorSystem system, ActorCell? parent, Props props, string name, long uid)
    {
        System = system;
        _parent = parent;
        _props = props;
        Name = name;
        Uid = uid;
        Self = new LocalActorRef(this);
        Mailbox = new Mailbox(this, props.MailboxCapacity);
    }

    public ActorSystem System { get; }

    public string Name { get; }

    /// <summary>Number in order of creation: orders actors the same way in every simulated run.</summary>
    public long Uid { get; }

    public Mailbox Mailbox { get; }

    public LocalActorRef Self { get; }

    public ActorCellState State { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>Place among the parent's children.</summary>
    public LinkedListNode<ActorCell>? Sibling { get; set; }

    public string Path => _parent is null ? "/" + Name : _parent.Path + "/" + Name;

    public string? ActorTypeName => _actor?.GetType().Name;

    /// <summary>Makes the first turn happen.</summary>
    public void Begin() => Mailbox.EnqueueSystem(new StartMessage());

    /// <summary>A message from anywhere.</summary>
    public void Deliver(object message, IActorRef? sender)
    {
        if (State == ActorCellState.Stopped)
            System.DeadLetters.Add(message, Self, sender, "the receiver has stopped");
        else if (!Mailbox.TryEnqueue(message, sender))
            Refuse(message, sender);
    }

    /// <summary>A message the actor caused itself: its number is bounded by the actor's own conduct.</summary>
    public void DeliverOwn(OwnMessage message)
    {
        if (State != ActorCellState.Stopped)
            Mailbox.TryEnqueue(message, null, bounded: false);
    }

    /// <summary>One turn. Nothing may escape it: the parent hears of every failure.</summary>
    public void Run() => _ = RunAsync();

    private async ValueTask RunAsync()
    {
        for (var budget = System.Scheduler.BatchSize; budget > 0; budget--)
        {
            var system = Mailbox.TakeSystem();
            while (system is not null)
            {
                var next = system.Next;
                await HandleSystemAsync(system);
                system = next;
            }

            if (State != ActorCellState.Running || !TryTake())
            {
                if (State == ActorCellState.Stopped)
                    DrainToDeadLetters();
                Mailbox.Release(takesUserMessages: State is ActorCellState.Running or ActorCellState.Stopped);
                return;
            }

            try
            {
                await HandleUserAsync();
            }
#pragma warning disable CA1031 // The parent's strategy decides about every failure.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                _pendingFailure = cause;
            }

            EndMessage();
        }

        Mailbox.Yield();
    }

    private bool TryTake() =>
        (_stash is not null && _stash.TryTakeUnstashed(out _message!, out _sender))
        || Mailbox.TryDequeue(out _message!, out _sender);

    private ValueTask HandleUserAsync()
    {
        if (_message is OwnMessage own)
        {
            // A timer set again or cancelled, or work of an earlier incarnation, has nothing to say any more.
            if (own.Open(this) is not { } content)
                return ValueTask.CompletedTask;
            _message = content;
        }

        System.Options.OnDelivery?.Invoke(Self, _message!);
        return _actor!.ReceiveAsync(_message!);
    }

    private void EndMessage()
    {
        _message = null;
        _sender = null;
        if (_pendingFailure is { } cause)
        {
            _pendingFailure = null;
            Fail(cause);
        }
        else
        {
            _timers?.Touch();
        }
    }

    private void Refuse(object message, IActorRef? sender)
    {
        if (sender is PromiseActorRef)
            sender.Tell(new Busy(Path));
        else
            System.DeadLetters.Add(message, Self, sender, "the receiver's mailbox is full");
    }

    private void DrainToDeadLetters()
    {
        while (TryTake())
        {
            if (_message is not OwnMessage)
                System.DeadLetters.Add(_message!, Self, _sender, "the receiver has stopped");
        }

        (_message, _sender) = (null, null);
    }
}

/// <summary>A message whose content is made, or found out of date, when its turn comes.</summary>
internal abstract class OwnMessage
{
    /// <summary>What the actor is to handle; null for nothing.</summary>
    public abstract object? Open(ActorCell cell);
}
