using Rebalancer.Domain.Accounts;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>What the price history of every <see cref="IVenue"/> must be like.</summary>
public abstract class HistoryConformance<THarness> : ConformanceSuite<THarness>
    where THarness : VenueHarness, new()
{
    private static readonly MarketId Nothing = new("NOTHING", "USD");

    [Theory]
    [InlineData(TimeFrame.FifteenMinutes)]
    [InlineData(TimeFrame.OneHour)]
    [InlineData(TimeFrame.FourHours)]
    [InlineData(TimeFrame.OneDay)]
    [InlineData(TimeFrame.OneWeek)]
    public async Task Bars_AreWholeFramesInOrder_EachBeginningWhereTheLastEnded(TimeFrame frame)
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        var since = VenueHarness.Start - (20 * frame.Length());

        var bars = await venue.GetBarsAsync(Btc, frame, since, None);

        bars.Count.ShouldBeInRange(19, 20);
        bars.ShouldAllBe(bar => bar.At >= since && frame.Floor(bar.At) == bar.At && bar.At + frame.Length() <= VenueHarness.Start);
        bars.ShouldAllBe(bar => bar.Low > 0 && bar.Low <= Math.Min(bar.Open, bar.Close) && bar.High >= Math.Max(bar.Open, bar.Close) && bar.Volume > 0);
        foreach (var (before, after) in bars.Zip(bars.Skip(1)))
        {
            after.At.ShouldBe(before.At + frame.Length());
            after.Open.ShouldBe(before.Close);
        }
    }

    [Fact]
    public async Task Bars_EndAtThePriceThatWasQuotedThen_AndTheNextOnlyWhenItHasEnded()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        var since = VenueHarness.Start;
        (await venue.GetBarsAsync(Btc, TimeFrame.OneHour, since, None)).ShouldBeEmpty();
        Harness.Clock.Jump(TimeSpan.FromMinutes(60));
        var quote = (await venue.GetQuotesAsync([Btc], None)).ShouldHaveSingleItem();
        Harness.Clock.Jump(TimeSpan.FromMinutes(30));

        var bar = (await venue.GetBarsAsync(Btc, TimeFrame.OneHour, since, None)).ShouldHaveSingleItem();

        bar.At.ShouldBe(since);
        bar.Close.ShouldBe(quote.Mid);
    }

    [Fact]
    public async Task Bars_AreThereBeforeTheAccountWas_InPages_AndTheSameWheneverTheyAreAskedFor()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        var first = await venue.GetBarsAsync(Btc, TimeFrame.OneHour, VenueHarness.Start.AddDays(-60), None);

        var next = await venue.GetBarsAsync(Btc, TimeFrame.OneHour, first[^1].At, None);

        next[0].ShouldBe(first[^1]);
        (first.Count + next.Count).ShouldBe((60 * 24) + 1);
        next[^1].At.ShouldBe(VenueHarness.Start.AddHours(-1));
        Harness.Clock.Jump(TimeSpan.FromHours(3));
        (await venue.GetBarsAsync(Btc, TimeFrame.OneHour, first[^1].At, None))[0].ShouldBe(first[^1]);
    }

    [Fact]
    public async Task Bars_OfABrokerInItsSession_LeaveOutDaysAndHoursWithoutTrading()
    {
        var venue = await Harness.OpenAsync("b", Broker);
        var monday = new DateTimeOffset(2026, 2, 9, 0, 0, 0, TimeSpan.Zero);

        // 16 February 2026 is Washington's Birthday.
        var days = (await venue.GetBarsAsync(Vti, TimeFrame.OneDay, monday, None)).Select(bar => bar.At.Day).Take(7);
        var hours = (await venue.GetBarsAsync(Vti, TimeFrame.OneHour, monday, None)).Where(bar => bar.At is { Month: 2, Day: 9 }).Select(bar => bar.At.Hour);

        days.ShouldBe([9, 10, 11, 12, 13, 17, 18]);
        hours.ShouldBe([14, 15, 16, 17, 18, 19, 20]);
    }

    [Fact]
    public async Task Bars_OfNoMarketOfItsOwn_AreAnError()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        (await Should.ThrowAsync<VenueException>(() => venue.GetBarsAsync(Nothing, TimeFrame.OneDay, VenueHarness.Start.AddDays(-9), None)))
            .Kind.ShouldBe(VenueErrorKind.Unsupported);
    }
}

public sealed class InProcessHistoryTests : HistoryConformance<InProcessHarness>;

public sealed class HttpHistoryTests : HistoryConformance<HttpHarness>;
