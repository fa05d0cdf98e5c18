namespace Rebalancer.Runtime.Scheduling;

/// <summary>
/// Time that moves only when the simulation moves it. Timers fire by due time, and in the order they were set when due at the same
/// instant.
/// </summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();

    /// <summary>With what is no longer set: a timer that was changed or stopped has another key than its old entry, which is passed over.</summary>
    private readonly PriorityQueue<VirtualTimer, (long Due, long Sequence)> _timers = new();
    private long _elapsedTicks;
    private long _sequence;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => new(Volatile.Read(ref _elapsedTicks));

    public override DateTimeOffset GetUtcNow() => start.ToUniversalTime() + Elapsed;

    public override long GetTimestamp() => Volatile.Read(ref _elapsedTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer that is due by <paramref name="limit"/>, takes it out and returns its callback; null when there is none.</summary>
    public Action? TakeDue(TimeSpan limit)
    {
        lock (_gate)
        {
            if (Next() is not { } next || next.Key.Due > limit.Ticks)
                return null;
            var (timer, key) = next;
            _timers.Dequeue();
            timer.Key = null;
            // A timer may be overdue when the simulation was moved past it without running.
            _elapsedTicks = Math.Max(_elapsedTicks, key.Due);
            if (timer.Period > TimeSpan.Zero)
                Schedule(timer, timer.Period);
            return timer.Fire;
        }
    }

    /// <summary>Moves on to an instant at which nothing is due before.</summary>
    public void AdvanceTo(TimeSpan elapsed) => Volatile.Write(ref _elapsedTicks, Math.Max(_elapsedTicks, elapsed.Ticks));

    private (VirtualTimer Timer, (long Due, long Sequence) Key)? Next()
    {
        while (_timers.TryPeek(out var timer, out var key))
        {
            if (timer.Key == key)
                return (timer, key);
            _timers.Dequeue();
        }

        return null;
    }

    private bool Set(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (timer.Disposed)
                return false;
            timer.Key = null;
            timer.Period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Schedule(timer, dueTime);
            return true;
        }
    }

    private void Schedule(VirtualTimer timer, TimeSpan dueTime)
    {
        var key = (checked(_elapsedTicks + Math.Max(0, dueTime.Ticks)), _sequence++);
        timer.Key = key;
        _timers.Enqueue(timer, key);
    }

    private void Dispose(VirtualTimer timer)
    {
        lock (_gate)
        {
            timer.Key = null;
            timer.Disposed = true;
        }
    }

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public (long Due, long Sequence)? Key { get; set; }

        public TimeSpan Period { get; set; }

        public bool Disposed { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Set(this, dueTime, period);

        public void Dispose() => clock.Dispose(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
