namespace Rebalancer.Runtime.Actors;

/// <summary>
/// The inbox of one actor: a lock-free queue of many producers and one consumer (after Dmitry Vyukov), a stack of system messages, and
/// the flag that says whether the actor is queued or running. The flag stays up while a message is awaited, so an actor never handles two
/// at once and needs no lock.
/// </summary>
internal sealed class Mailbox : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;

    private readonly ActorCell _cell;
    private readonly int _capacity;
    private Node _newest;
    private Node _oldest;
    private SystemMessage? _system;
    private long _accepted;
    private long _taken;
    private int _status;

    public Mailbox(ActorCell cell, int capacity)
    {
        _cell = cell;
        _capacity = capacity;
        _newest = _oldest = new Node();
    }

    /// <summary>Messages waiting.</summary>
    public long Depth => Math.Max(0, Volatile.Read(ref _accepted) - Volatile.Read(ref _taken));

    public bool HasSystemMessages => Volatile.Read(ref _system) is not null;

    public bool IsEmpty => Volatile.Read(ref _newest) == Volatile.Read(ref _oldest);

    /// <summary>Puts a message in; false when the mailbox is full.</summary>
    /// <param name="bounded">False for what the actor caused itself, such as a timer, whose number its own conduct bounds.</param>
    public bool TryEnqueue(object message, IActorRef? sender, bool bounded = true)
    {
        if (Interlocked.Increment(ref _accepted) - Volatile.Read(ref _taken) > _capacity && bounded)
        {
            Interlocked.Decrement(ref _accepted);
            return false;
        }

        var node = new Node { Message = message, Sender = sender };
        var previous = Interlocked.Exchange(ref _newest, node);
        Volatile.Write(ref previous.Next, node);
        Wake();
        return true;
    }

    public void EnqueueSystem(SystemMessage message)
    {
        SystemMessage? top;
        do
        {
            top = Volatile.Read(ref _system);
            message.Next = top;
        }
        while (Interlocked.CompareExchange(ref _system, message, top) != top);
        Wake();
    }

    /// <summary>All system messages, linked oldest first. Consumer only.</summary>
    public SystemMessage? TakeSystem()
    {
        if (Volatile.Read(ref _system) is null)
            return null;
        var newest = Interlocked.Exchange(ref _system, null);
        SystemMessage? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        return oldest;
    }

    /// <summary>Takes the oldest message. Consumer only.</summary>
    public bool TryDequeue(out object message, out IActorRef? sender)
    {
        var stub = _oldest;
        var next = Volatile.Read(ref stub.Next);
        if (next is null)
        {
            if (Volatile.Read(ref _newest) == stub)
            {
                (message, sender) = (null!, null);
                return false;
            }

            // A producer has swung the end but not yet linked its node: it is one instruction away.
            var spin = default(SpinWait);
            while ((next = Volatile.Read(ref stub.Next)) is null)
                spin.SpinOnce();
        }

        (message, sender) = (next.Message!, next.Sender);
        (next.Message, next.Sender) = (null, null);
        Volatile.Write(ref _oldest, next);
        Volatile.Write(ref _taken, _taken + 1);
        return true;
    }

    /// <summary>Ends a run. Wakes the actor again when something came in meanwhile.</summary>
    public void Release(bool takesUserMessages)
    {
        // The full fence orders the flag before the look at the queues; a producer does it the other way round, so one of them sees the other.
        Interlocked.Exchange(ref _status, Idle);
        if (HasSystemMessages || (takesUserMessages && !IsEmpty))
            Wake();
    }

    /// <summary>Goes behind the other actors, keeping the flag.</summary>
    public void Yield() => _cell.System.Scheduler.Schedule(this, yielding: true);

    void IThreadPoolWorkItem.Execute() => _cell.Run();

    private void Wake()
    {
        if (Volatile.Read(ref _status) == Idle && Interlocked.CompareExchange(ref _status, Scheduled, Idle) == Idle)
            _cell.System.Scheduler.Schedule(this, yielding: false);
    }

    private sealed class Node
    {
        public object? Message;
        public IActorRef? Sender;
        public Node? Next;
    }
}
