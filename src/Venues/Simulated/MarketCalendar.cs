using NodaTime;

namespace Rebalancer.Venues.Simulated;

/// <summary>When a venue trades.</summary>
public interface IMarketCalendar
{
    bool IsOpen(DateTimeOffset at);

    /// <summary>When it opens next; null while it never closes or is open now.</summary>
    DateTimeOffset? NextOpen(DateTimeOffset at);

    /// <summary>The last moment not after <paramref name="at"/> in which it traded.</summary>
    DateTimeOffset LastTraded(DateTimeOffset at);

    /// <summary>The opening <paramref name="days"/> trading days later.</summary>
    DateTimeOffset Settles(DateTimeOffset at, int days);
}

/// <summary>For exchanges that never close.</summary>
public sealed class AlwaysOpenCalendar : IMarketCalendar
{
    public bool IsOpen(DateTimeOffset at) => true;

    public DateTimeOffset? NextOpen(DateTimeOffset at) => null;

    public DateTimeOffset LastTraded(DateTimeOffset at) => at;

    public DateTimeOffset Settles(DateTimeOffset at, int days) => at.AddDays(days);
}

/// <summary>
/// The New York Stock Exchange: Monday to Friday, 9:30 to 16:00 in New York, its holidays by rule, and its closes at 13:00. Unscheduled
/// closings are not known. The time zone comes with NodaTime, because the system's may be missing from a container.
/// </summary>
public sealed class NyseCalendar : IMarketCalendar
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];
    private static readonly LocalTime Opens = new(9, 30);

    public bool IsOpen(DateTimeOffset at)
    {
        var local = Local(at);
        return IsTradingDay(local.Date) && local.TimeOfDay >= Opens && local.TimeOfDay < Closes(local.Date);
    }

    public DateTimeOffset? NextOpen(DateTimeOffset at)
    {
        if (IsOpen(at))
        {
            return null;
        }

        var local = Local(at);
        var date = local.TimeOfDay < Opens ? local.Date : local.Date.PlusDays(1);
        return Instant(NextTradingDay(date), Opens);
    }

    public DateTimeOffset LastTraded(DateTimeOffset at)
    {
        if (IsOpen(at))
        {
            return at;
        }

        var local = Local(at);
        var date = local.TimeOfDay < Opens ? local.Date.PlusDays(-1) : local.Date;
        while (!IsTradingDay(date))
        {
            date = date.PlusDays(-1);
        }

        return Instant(date, Closes(date));
    }

    public DateTimeOffset Settles(DateTimeOffset at, int days)
    {
        var date = Local(at).Date;
        for (var day = 0; day < days; day++)
        {
            date = NextTradingDay(date.PlusDays(1));
        }

        return Instant(date, Opens);
    }

    private static LocalDateTime Local(DateTimeOffset at) => NodaTime.Instant.FromDateTimeOffset(at).InZone(NewYork).LocalDateTime;

    private static DateTimeOffset Instant(LocalDate date, LocalTime time) => NewYork.AtLeniently(date + time).ToInstant().ToDateTimeOffset();

    private static LocalDate NextTradingDay(LocalDate date)
    {
        while (!IsTradingDay(date))
        {
            date = date.PlusDays(1);
        }

        return date;
    }

    private static bool IsWeekend(LocalDate date) => date.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;

    private static bool IsTradingDay(LocalDate date) => !IsWeekend(date) && !IsHoliday(date);

    private static LocalTime Closes(LocalDate date)
    {
        var early = date.Equals(Nth(date.Year, 11, IsoDayOfWeek.Thursday, 4).PlusDays(1))
            || (date.Month == 12 && date.Day == 24)
            || (date.Month == 7 && date.Day == 3);
        return early ? new LocalTime(13, 0) : new LocalTime(16, 0);
    }

    private static bool IsHoliday(LocalDate date)
    {
        var year = date.Year;
        return date.Equals(NewYearsDay(year))
            || date.Equals(Nth(year, 1, IsoDayOfWeek.Monday, 3))
            || date.Equals(Nth(year, 2, IsoDayOfWeek.Monday, 3))
            || date.Equals(Easter(year).PlusDays(-2))
            || date.Equals(Last(year, 5, IsoDayOfWeek.Monday))
            || (year >= 2022 && date.Equals(Observed(new LocalDate(year, 6, 19))))
            || date.Equals(Observed(new LocalDate(year, 7, 4)))
            || date.Equals(Nth(year, 9, IsoDayOfWeek.Monday, 1))
            || date.Equals(Nth(year, 11, IsoDayOfWeek.Thursday, 4))
            || date.Equals(Observed(new LocalDate(year, 12, 25)));
    }

    /// <summary>A New Year's Day on a Saturday is not observed: the Friday before ends a financial year, on which the exchange trades.</summary>
    private static LocalDate NewYearsDay(int year)
    {
        var date = new LocalDate(year, 1, 1);
        return date.DayOfWeek == IsoDayOfWeek.Sunday ? date.PlusDays(1) : date;
    }

    private static LocalDate Observed(LocalDate date) => date.DayOfWeek switch
    {
        IsoDayOfWeek.Saturday => date.PlusDays(-1),
        IsoDayOfWeek.Sunday => date.PlusDays(1),
        _ => date,
    };

    private static LocalDate Nth(int year, int month, IsoDayOfWeek day, int nth)
    {
        var first = new LocalDate(year, month, 1);
        return first.PlusDays((((int)day - (int)first.DayOfWeek + 7) % 7) + (7 * (nth - 1)));
    }

    private static LocalDate Last(int year, int month, IsoDayOfWeek day)
    {
        var fifth = Nth(year, month, day, 5);
        return fifth.Month == month ? fifth : fifth.PlusDays(-7);
    }

    /// <summary>Gregorian Easter Sunday (Meeus, Jones and Butcher).</summary>
    private static LocalDate Easter(int year)
    {
        var a = year % 19;
        var b = year / 100;
        var c = year % 100;
        var d = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        var e = (32 + (2 * (b % 4)) + (2 * (c / 4)) - d - (c % 4)) % 7;
        var f = d + e - (7 * ((a + (11 * d) + (22 * e)) / 451)) + 114;
        return new LocalDate(year, f / 31, (f % 31) + 1);
    }
}
