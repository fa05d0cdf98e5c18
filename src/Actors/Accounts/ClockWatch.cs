using Rebalancer.Venues;

namespace Rebalancer.Actors.Accounts;

/// <summary>
/// Holds the wall clock against the time since boot, from when ownership was taken. What is waited for counts on the latter, which nobody
/// sets; what was read before the wall clock was set has an age that nobody knows.
/// </summary>
internal sealed class ClockWatch
{
    private readonly UptimeClock _uptime;
    private readonly TimeProvider _wall;
    private readonly long _ownedAt;
    private long _seenUptime;
    private DateTimeOffset _seenWall;

    public ClockWatch(UptimeClock uptime, TimeProvider wall)
    {
        (_uptime, _wall) = (uptime, wall);
        _ownedAt = _seenUptime = uptime.Milliseconds;
        _seenWall = wall.GetUtcNow();
    }

    /// <summary>At least this long: both readings are cut off to the clock's tick, and so may seem a tick further apart than they are.</summary>
    public TimeSpan OwnedFor => TimeSpan.FromMilliseconds(Math.Max(0, _uptime.Milliseconds - _ownedAt - _uptime.Tick));

    /// <summary>How far the wall clock was set since the last look, when by more than that; null otherwise. Slow corrections pass.</summary>
    public TimeSpan? Step(TimeSpan most)
    {
        var (uptime, wall) = (_uptime.Milliseconds, _wall.GetUtcNow());
        var step = wall - _seenWall - TimeSpan.FromMilliseconds(uptime - _seenUptime);
        (_seenUptime, _seenWall) = (uptime, wall);
        return step.Duration() > most ? step : null;
    }
}
