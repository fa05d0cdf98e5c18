using Rebalancer.Domain.Accounts;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

/// <summary>What the simulated price history is like beyond what every venue's must be.</summary>
public abstract class SimulatedHistoryRules<THarness> : SimulatedSuite<THarness>
    where THarness : VenueHarness, new()
{
    private static readonly MarketId Nothing = new("NOTHING", "USD");

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

public sealed class InProcessHistoryTests : SimulatedHistoryRules<InProcessHarness>;

public sealed class HttpHistoryTests : SimulatedHistoryRules<HttpHarness>;
