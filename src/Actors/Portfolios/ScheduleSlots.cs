using System.Globalization;
using NodaTime;
using NodaTime.TimeZones;
using Quartz;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Actors.Portfolios;

/// <param name="Local">Wall-clock time of the slot in the schedule's zone, which names it.</param>
/// <param name="At">The instant it is due.</param>
public sealed record ScheduleSlot(string Local, DateTimeOffset At);

/// <summary>
/// The slots of a schedule. The cron expression is walked on the wall clock, where every local time occurs once, and only then placed in
/// time: a slot in the hour that summer time skips is due when that hour would have begun, one in the hour that is repeated is due the
/// first time. So a slot fires once a local date, whatever the clocks do.
/// </summary>
public sealed class ScheduleSlots
{
    private static readonly ZoneLocalMappingResolver Placement =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private readonly CronExpression _cron;
    private readonly DateTimeZone _zone;

    private ScheduleSlots(CronExpression cron, DateTimeZone zone)
    {
        _cron = cron;
        _zone = zone;
    }

    /// <exception cref="FormatException">The expression or the zone is not known; the message says which and what to write.</exception>
    public static ScheduleSlots Parse(ScheduleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(settings.TimeZone) ?? throw new FormatException(
            $"schedule.timeZone: no time zone \"{settings.TimeZone}\"; give an IANA name such as America/New_York");
        try
        {
            return new ScheduleSlots(new CronExpression(settings.Cron) { TimeZone = TimeZoneInfo.Utc }, zone);
        }
        catch (FormatException exception)
        {
            throw new FormatException(
                $"schedule.cron: \"{settings.Cron}\" is not a Quartz cron expression ({exception.Message}); an example is \"0 30 16 ? * MON-FRI\"", exception);
        }
    }

    /// <summary>The latest slot due in (after, until]; null when there is none.</summary>
    public ScheduleSlot? LatestDue(DateTimeOffset after, DateTimeOffset until)
    {
        ScheduleSlot? latest = null;
        // A wall clock is ahead of or behind UTC by less than a day, and a change of clocks moves slots by hours at most.
        foreach (var slot in From(after.AddDays(-1)).TakeWhile(slot => slot.At <= until))
        {
            if (slot.At > after)
            {
                latest = slot;
            }
        }

        return latest;
    }

    /// <summary>The next slot after that instant; null when the schedule has ended.</summary>
    public ScheduleSlot? Next(DateTimeOffset after) => From(after.AddDays(-1)).FirstOrDefault(slot => slot.At > after);

    private IEnumerable<ScheduleSlot> From(DateTimeOffset instant)
    {
        var wallClock = Instant.FromDateTimeOffset(instant).InZone(_zone).LocalDateTime.ToDateTimeUnspecified();
        var cursor = new DateTimeOffset(wallClock, TimeSpan.Zero);
        while (_cron.GetNextValidTimeAfter(cursor) is { } next)
        {
            cursor = next;
            var local = LocalDateTime.FromDateTime(next.DateTime);
            yield return new ScheduleSlot(
                next.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), _zone.ResolveLocal(local, Placement).ToDateTimeOffset().ToUniversalTime());
        }
    }
}
