using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Actors.Tests.Portfolios;

public sealed class ScheduleSlotsTests
{
    [Fact]
    public void LatestDue_HourThatSummerTimeSkips_FiresOnceWhenItWouldHaveBegun()
    {
        // New York, 8 March 2026: 02:00 to 03:00 does not exist.
        var fired = Fired("0 30 2 * * ?", new(2026, 3, 7, 0, 0, 0, TimeSpan.Zero), days: 3);

        fired.Select(slot => slot.Local).ShouldBe(["2026-03-07T02:30:00", "2026-03-08T02:30:00", "2026-03-09T02:30:00"]);
        fired[1].At.ShouldBe(new DateTimeOffset(2026, 3, 8, 7, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void LatestDue_HourThatIsRepeated_FiresOnceTheFirstTime()
    {
        // New York, 1 November 2026: 01:00 to 02:00 happens twice.
        var fired = Fired("0 30 1 * * ?", new(2026, 10, 31, 0, 0, 0, TimeSpan.Zero), days: 3);

        fired.Select(slot => slot.Local).ShouldBe(["2026-10-31T01:30:00", "2026-11-01T01:30:00", "2026-11-02T01:30:00"]);
        fired[1].At.ShouldBe(new DateTimeOffset(2026, 11, 1, 5, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void LatestDue_AcrossAYear_FiresOncePerLocalDate()
    {
        foreach (var cron in new[] { "0 0 0 * * ?", "0 30 1 * * ?", "0 30 2 * * ?", "0 59 23 * * ?" })
        {
            var fired = Fired(cron, new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), days: 365);

            fired.Count.ShouldBe(365);
            fired.Select(slot => slot.Local[..10]).Distinct().Count().ShouldBe(365);
            fired.Zip(fired.Skip(1)).ShouldAllBe(pair => pair.First.At < pair.Second.At);
        }
    }

    [Fact]
    public void Next_WeekdaysOnly_SkipsTheWeekend() =>
        ScheduleSlots.Parse(new ScheduleSettings("0 30 16 ? * MON-FRI", "America/New_York"))
            .Next(new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero)).ShouldNotBeNull().Local.ShouldBe("2026-11-23T16:30:00");

    [Fact]
    public void Parse_UnknownZone_SaysWhatToWrite() =>
        Should.Throw<FormatException>(() => ScheduleSlots.Parse(new ScheduleSettings("0 0 0 * * ?", "New York")))
            .Message.ShouldContain("America/New_York");

    [Fact]
    public void Parse_NotACron_ShowsOne() =>
        Should.Throw<FormatException>(() => ScheduleSlots.Parse(new ScheduleSettings("daily", "UTC"))).Message.ShouldContain("MON-FRI");

    /// <summary>Looks every ten minutes, as a service does.</summary>
    private static List<ScheduleSlot> Fired(string cron, DateTimeOffset from, int days)
    {
        var schedule = ScheduleSlots.Parse(new ScheduleSettings(cron, "America/New_York"));
        var fired = new List<ScheduleSlot>();
        for (var at = from; at < from.AddDays(days); at = at.AddMinutes(10))
        {
            if (schedule.LatestDue(at, at.AddMinutes(10)) is { } slot)
            {
                fired.Add(slot);
            }
        }

        return fired;
    }
}
