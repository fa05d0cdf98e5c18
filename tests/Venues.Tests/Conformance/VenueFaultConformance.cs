using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>What every venue must say when something goes wrong on the way to it.</summary>
public abstract class VenueFaultConformance<TVenue> : VenueSuite<TVenue>
    where TVenue : VenueUnderTest, new()
{
    private const string Id = "rbfault00000000001";

    [Fact]
    public async Task Send_WithoutAReadableAnswer_IsAmbiguous_IsNotRepeated_AndTheBookTellsTheTruth()
    {
        var number = 0;
        foreach (var fault in Subject.SendFaults)
        {
            await using var venue = await ReadyAsync();
            var (id, before) = ($"rbsend{++number:000000000000}", Subject.Placements);
            await fault.PlanAsync(venue);

            var outcome = await PlaceAsync(venue, Limit(id, TradeSide.Sell, Subject.Size / 4, Subject.FarPrice), 2);

            outcome.ShouldBeOfType<SendOutcome.Ambiguous>($"{fault.Name}: {outcome}");
            await Subject.EndFaultsAsync(venue);
            await UntilAsync(async () => (await Subject.ReadBookAsync()).Count(order => order.ClientId == id) == (fault.Arrives ? 1 : 0));
            await UntilAsync(async () => await FindAsync(venue, id) is not null == fault.Arrives);
            (Subject.Placements - before ?? 0).ShouldBeLessThanOrEqualTo(1, fault.Name);
        }
    }

    [Fact]
    public async Task Send_PastItsDeadline_IsNotSent()
    {
        var venue = await ReadyAsync();

        (await PlaceAsync(venue, Limit(Id, TradeSide.Sell, Subject.Size, Subject.FarPrice), 0)).ShouldBeOfType<SendOutcome.NotSent>();

        (await Subject.ReadBookAsync()).ShouldBeEmpty();
        (Subject.Placements ?? 0).ShouldBe(0);
    }

    [Fact]
    public async Task Send_WithoutAConnection_IsNotSent_AndQuestionsAreUnavailable()
    {
        if (Subject.OpenNowhere() is { } venue)
        {
            (await PlaceAsync(venue, Limit(Id, TradeSide.Sell, Subject.Size, Subject.FarPrice), 2)).ShouldBeOfType<SendOutcome.NotSent>();
            (await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(None))).Kind.ShouldBe(VenueErrorKind.Unavailable);
            await venue.DisposeAsync();
        }

        (await Subject.ReadBookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_BeyondTheRate_IsRejectedWithoutAnOrder()
    {
        var venue = await ReadyAsync();
        if (!Subject.LimitsRate)
        {
            return;
        }

        await Subject.ExceedRateAsync(venue);

        var outcome = await PlaceAsync(venue, Limit(Id, TradeSide.Sell, Subject.Size / 4, Subject.FarPrice));

        outcome.ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.RateLimited);
        (await Subject.ReadBookAsync()).ShouldNotContain(order => order.ClientId == Id);
    }

    [Fact]
    public async Task Query_ThatFails_Throws_AndIsNeverAnEmptyAnswer()
    {
        foreach (var fault in Subject.QueryFaults)
        {
            await using var venue = await ReadyAsync();
            await fault.PlanAsync(venue);
            foreach (var (name, query) in Queries(venue).Where(query => fault.IsForAll || query.Name == "balances"))
            {
                var error = await Should.ThrowAsync<VenueException>(query, $"{fault.Name}: {name}");
                error.Kind.ShouldBe(fault.Kind, $"{fault.Name}: {name}: {error.Message}");
                error.RetryAfter.HasValue.ShouldBe(fault.Kind == VenueErrorKind.RateLimited, $"{fault.Name}: {name}");
            }

            if (fault.IsForAll)
            {
                (await venue.CancelAsync(Id, Subject.Market, None)).ShouldBe(CancelOutcome.Ambiguous, fault.Name);
            }

            await Subject.EndFaultsAsync(venue);
            await UntilAsync(async () => (await venue.GetBalancesAsync(None)).Balances.Count > 0);
        }
    }

    [Fact]
    public async Task Clock_OfTheVenue_ShowsInItsReadings()
    {
        var venue = await ReadyAsync();
        if (!Subject.HasClockOfItsOwn)
        {
            return;
        }

        Subject.Skew(TimeSpan.FromSeconds(4));
        await venue.GetQuotesAsync([Subject.Market], None);

        var report = await venue.GetBalancesAsync(None);

        (report.At - Subject.Now).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.5));
    }

    private IEnumerable<(string Name, Func<Task> Query)> Queries(IVenue venue)
    {
        yield return ("balances", () => venue.GetBalancesAsync(None));
        yield return ("quotes", () => venue.GetQuotesAsync([Subject.Market], None));
        yield return ("bars", () => venue.GetBarsAsync(Subject.Market, TimeFrame.OneDay, Subject.Since.AddDays(-9), None));
        yield return ("open orders", () => venue.GetOpenOrdersAsync(None));
        yield return ("closed orders", () => venue.GetClosedOrdersAsync(Subject.Since, None));
        yield return ("fills", () => venue.GetFillsAsync(null, Subject.Since, None));
        if (venue.Capabilities.FindsByClientId)
        {
            yield return ("find", () => venue.FindOrderAsync(Id, Subject.Market, None));
        }

        if (venue.Capabilities.ReportsTransfers)
        {
            yield return ("transfers", () => venue.GetTransfersAsync(Subject.Since, None));
        }
    }

    /// <summary>An account whose markets are known and whose key was looked at.</summary>
    private async Task<IVenue> ReadyAsync()
    {
        var venue = await Subject.OpenAsync();
        await venue.GetMarketsAsync(None);
        await venue.GetQuotesAsync([Subject.Market], None);
        await venue.GetBalancesAsync(None);
        return venue;
    }
}
