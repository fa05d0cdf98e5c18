using System.Globalization;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class NyseCalendarTests
{
    private static readonly NyseCalendar Calendar = new();

    [Theory]
    [InlineData("2026-03-06T14:29:59Z", false)] // a second before the opening, in winter time
    [InlineData("2026-03-06T14:30:00Z", true)]
    [InlineData("2026-03-06T20:59:59Z", true)]
    [InlineData("2026-03-06T21:00:00Z", false)]
    [InlineData("2026-03-09T13:30:00Z", true)] // summer time began on the 8th
    [InlineData("2026-03-09T20:00:00Z", false)]
    [InlineData("2026-03-07T15:00:00Z", false)] // Saturday
    [InlineData("2026-01-01T15:00:00Z", false)] // New Year's Day
    [InlineData("2026-01-19T15:00:00Z", false)] // Martin Luther King Jr. Day
    [InlineData("2026-02-16T15:00:00Z", false)] // Washington's Birthday
    [InlineData("2026-04-03T15:00:00Z", false)] // Good Friday
    [InlineData("2026-05-25T15:00:00Z", false)] // Memorial Day
    [InlineData("2026-06-19T15:00:00Z", false)] // Juneteenth
    [InlineData("2026-07-03T15:00:00Z", false)] // Independence Day, observed
    [InlineData("2026-09-07T15:00:00Z", false)] // Labor Day
    [InlineData("2026-11-26T16:00:00Z", false)] // Thanksgiving
    [InlineData("2026-11-27T17:59:00Z", true)] // the day after closes at 13:00
    [InlineData("2026-11-27T18:00:00Z", false)]
    [InlineData("2026-12-24T18:00:00Z", false)]
    [InlineData("2026-12-25T15:00:00Z", false)] // Christmas Day
    [InlineData("2021-12-31T15:00:00Z", true)] // New Year's Day on a Saturday is not observed
    [InlineData("2024-03-29T15:00:00Z", false)] // Good Friday, another year
    public void IsOpen_FollowsHoursHolidaysAndDaylightSaving(string at, bool open) =>
        Calendar.IsOpen(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)).ShouldBe(open);

    [Theory]
    [InlineData("2026-03-06T21:00:00Z", "2026-03-09T13:30:00Z", "2026-03-06T21:00:00Z")]
    [InlineData("2026-04-03T12:00:00Z", "2026-04-06T13:30:00Z", "2026-04-02T20:00:00Z")]
    [InlineData("2026-03-10T10:00:00Z", "2026-03-10T13:30:00Z", "2026-03-09T20:00:00Z")]
    public void NextOpenAndLastTraded_SkipClosedDays(string at, string next, string last)
    {
        var moment = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);

        Calendar.NextOpen(moment).ShouldBe(DateTimeOffset.Parse(next, CultureInfo.InvariantCulture));
        Calendar.LastTraded(moment).ShouldBe(DateTimeOffset.Parse(last, CultureInfo.InvariantCulture));
    }
}
