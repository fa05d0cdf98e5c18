using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Accounts;

/// <summary>Which readings are under way, which have failed, and when a venue that refused one may be asked again.</summary>
internal sealed class ReadingRounds(OrderTimings timings)
{
    private readonly SortedSet<Reading> _underWay = [];
    private readonly SortedSet<Reading> _void = [];
    private readonly SortedSet<Reading> _repeated = [];
    private readonly SortedDictionary<Reading, int> _failures = [];
    private readonly SortedDictionary<Reading, DateTimeOffset> _notBefore = [];

    /// <summary>False while the same reading is under way, or the venue has asked for patience.</summary>
    public bool TryBegin(Reading reading, DateTimeOffset now) => !IsHeldBack(reading, now) && _underWay.Add(reading);

    public bool IsHeldBack(Reading reading, DateTimeOffset now) => _notBefore.GetValueOrDefault(reading) > now;

    /// <summary>Whether the last one that has ended failed.</summary>
    public bool HasFailed(Reading reading) => _failures.ContainsKey(reading);

    /// <summary>What is under way was begun by a clock that is no more: its answers will not count.</summary>
    public void VoidUnderWay() => _void.UnionWith(_underWay);

    /// <summary>What is under way was begun too early to show what it is to show: another follows it.</summary>
    public void RepeatUnderWay(Reading reading)
    {
        if (_underWay.Contains(reading))
        {
            _repeated.Add(reading);
        }
    }

    /// <summary>Whether another follows the reading that has just ended.</summary>
    public bool TakeRepeat(Reading reading) => _repeated.Remove(reading);

    /// <returns>Whether the answer counts.</returns>
    public bool Succeeded(Reading reading)
    {
        _underWay.Remove(reading);
        _failures.Remove(reading);
        _notBefore.Remove(reading);
        return !_void.Remove(reading);
    }

    /// <summary>
    /// Market rules come round too rarely to wait for their timer: an account without them trades nothing. Other readings have theirs soon
    /// enough, unless the venue says how long it will refuse them.
    /// </summary>
    /// <returns>Whether it is the first failure in a row, and after what time to repeat the reading beside its timer; null: not.</returns>
    public (bool IsFirst, TimeSpan? RepeatAfter) Failed(Reading reading, Exception error, DateTimeOffset now)
    {
        _underWay.Remove(reading);
        _void.Remove(reading);
        var failures = _failures[reading] = _failures.GetValueOrDefault(reading) + 1;
        var asked = (error as VenueException)?.RetryAfter;
        var backoff = timings.ReadRetry * Math.Pow(2, Math.Min(failures - 1, 10));
        TimeSpan? wait = reading == Reading.Markets ? Min(backoff, timings.MaxReadRetry) : null;
        wait = asked > (wait ?? TimeSpan.Zero) ? asked : wait;
        if (wait is { } time)
        {
            _notBefore[reading] = now + time;
        }

        return (failures == 1, wait);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
