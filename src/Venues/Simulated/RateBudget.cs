namespace Rebalancer.Venues.Simulated;

/// <summary>A token bucket that holds one second's worth of requests.</summary>
internal sealed class RateBudget(decimal perSecond, DateTimeOffset start)
{
    private readonly decimal _capacity = Math.Max(1, perSecond);
    private decimal _tokens = Math.Max(1, perSecond);
    private DateTimeOffset _at = start;

    /// <summary>Zero when the request is within the budget and has been counted, else how long to wait.</summary>
    public TimeSpan Take(DateTimeOffset now)
    {
        var elapsed = Math.Max(0, (now - _at).Ticks);
        _tokens = Math.Min(_capacity, _tokens + (perSecond * elapsed / TimeSpan.TicksPerSecond));
        _at = now;
        if (_tokens < 1)
        {
            return TimeSpan.FromTicks((long)Math.Ceiling((1 - _tokens) / perSecond * TimeSpan.TicksPerSecond));
        }

        _tokens--;
        return TimeSpan.Zero;
    }
}
