namespace Rebalancer.Simulation.Processes;

/// <summary>A machine's clocks: the wall clock may be wrong and be set, the monotonic one and the timers are not touched by that.</summary>
internal sealed class ProcessClock(TimeProvider world, SimulatedProcess process, Func<TimeSpan> offset) : TimeProvider
{
    /// <summary>To stop them when the process dies; their order never matters.</summary>
    private readonly HashSet<ITimer> _timers = [];

    public override long TimestampFrequency => world.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => world.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + offset();

    public override long GetTimestamp() => world.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ProcessTimer(this, world.CreateTimer(_ => process.Enqueue(() => callback(state)), null, dueTime, period));
        if (process.IsDead)
            timer.Dispose();
        else
            _timers.Add(timer);
        return timer;
    }

    public void DisposeTimers()
    {
        foreach (var timer in _timers.ToList())
            timer.Dispose();
    }

    private sealed class ProcessTimer(ProcessClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            clock._timers.Remove(this);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
