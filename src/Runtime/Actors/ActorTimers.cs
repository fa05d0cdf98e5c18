namespace Rebalancer.Runtime.Actors;

/// <summary>
/// Timers of one incarnation. A tick goes through the mailbox, and one that was cancelled or replaced while it waited there is dropped.
/// </summary>
internal sealed class ActorTimers(ActorCell cell)
{
    private readonly SortedDictionary<string, Tick> _ticks = new(StringComparer.Ordinal);
    private IdleTick? _idle;

    public void Start(string key, object message, TimeSpan delay, TimeSpan period)
    {
        Cancel(key);
        var tick = new Tick(this, key, message, isPeriodic: period != Timeout.InfiniteTimeSpan);
        _ticks.Add(key, tick);
        tick.Timer = cell.Clock.CreateTimer(static state => ((Tick)state!).Due(), tick, delay, period);
    }

    public void Cancel(string key)
    {
        if (_ticks.Remove(key, out var tick))
            tick.Timer?.Dispose();
    }

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        _idle?.Timer?.Dispose();
        _idle = timeout is { } value ? new IdleTick(this, value) : null;
        if (_idle is { } idle)
            idle.Timer = cell.Clock.CreateTimer(_ => cell.DeliverOwn(idle), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Touch();
    }

    /// <summary>A message has been handled: the receive timeout counts from here.</summary>
    public void Touch()
    {
        if (_idle is not { } idle)
            return;
        idle.Since = cell.Clock.GetTimestamp();
        idle.Timer?.Change(idle.Timeout, Timeout.InfiniteTimeSpan);
    }

    public void CancelAll()
    {
        foreach (var tick in _ticks.Values)
            tick.Timer?.Dispose();
        _ticks.Clear();
        SetReceiveTimeout(null);
    }

    private sealed class Tick(ActorTimers owner, string key, object message, bool isPeriodic) : OwnMessage
    {
        private int _waiting;

        public ITimer? Timer { get; set; }

        public void Due()
        {
            // A slow actor is not flooded by its own periodic timer: one tick waits at most.
            if (Interlocked.Exchange(ref _waiting, 1) == 0)
                owner.Send(this);
        }

        public override object? Open(ActorCell cell)
        {
            if (!owner._ticks.TryGetValue(key, out var current) || current != this)
                return null;
            Volatile.Write(ref _waiting, 0);
            if (!isPeriodic)
                owner.Cancel(key);
            return message;
        }
    }

    private sealed class IdleTick(ActorTimers owner, TimeSpan timeout) : OwnMessage
    {
        public TimeSpan Timeout { get; } = timeout;

        public long Since { get; set; }

        public ITimer? Timer { get; set; }

        public override object? Open(ActorCell cell) =>
            owner._idle == this && cell.Clock.GetElapsedTime(Since) >= Timeout ? ReceiveTimeout.Instance : null;
    }

    private void Send(OwnMessage tick) => cell.DeliverOwn(tick);
}
