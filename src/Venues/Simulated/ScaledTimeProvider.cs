namespace Rebalancer.Venues.Simulated;

/// <summary>Where a sped-up clock was started: at <paramref name="Wall"/> it showed <paramref name="Virtual"/>, and it runs <paramref name="Factor"/> times as fast.</summary>
public sealed record ClockAnchor(DateTimeOffset Virtual, DateTimeOffset Wall, int Factor);

/// <summary>
/// A clock that runs a fixed number of times as fast as the wall clock. Processes that share the anchor share the clock, since each reads
/// it off the machine's own.
/// </summary>
public sealed class ScaledTimeProvider(ClockAnchor anchor, TimeProvider wall) : TimeProvider
{
    private readonly long _start = wall.GetTimestamp();

    public ClockAnchor Anchor => anchor;

    public override TimeZoneInfo LocalTimeZone => wall.LocalTimeZone;

    public override long TimestampFrequency => wall.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => At(wall.GetUtcNow());

    /// <summary>How many times as fast as the wall clock.</summary>
    public int Factor => anchor.Factor;

    /// <summary>What this clock shows when the wall clock shows <paramref name="wallTime"/>.</summary>
    public DateTimeOffset At(DateTimeOffset wallTime) => anchor.Virtual + ((wallTime - anchor.Wall) * anchor.Factor);

    public override long GetTimestamp() => (wall.GetTimestamp() - _start) * anchor.Factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(wall.CreateTimer(callback, state, ToWall(dueTime), ToWall(period)), this);

    /// <summary>Rounded up to a tick, so that a timer with a duration never becomes one without.</summary>
    private TimeSpan ToWall(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(((time.Ticks - 1) / anchor.Factor) + 1);

    private sealed class ScaledTimer(ITimer inner, ScaledTimeProvider clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.ToWall(dueTime), clock.ToWall(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
