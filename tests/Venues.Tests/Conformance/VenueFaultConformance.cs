using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>What every <see cref="IVenue"/> must say when something goes wrong between it and the venue.</summary>
public abstract class VenueFaultConformance<THarness> : ConformanceSuite<THarness>
    where THarness : VenueHarness, new()
{
    [Theory]
    [MemberData(nameof(SendFaultCases.Ambiguous), MemberType = typeof(SendFaultCases))]
    public async Task Send_WithoutAReadableAnswer_IsAmbiguous_AndTheBookTellsTheTruth(SimulatedFaults faults, bool arrives)
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        await Harness.SetFaultsAsync(venue, "kestrel", faults);

        var outcome = await Harness.EndAsync(PlaceAsync(venue, Limit("c1", Btc, TradeSide.Sell, 0.1m, 90_000)));

        outcome.ShouldBeOfType<SendOutcome.Ambiguous>();
        await Harness.SetFaultsAsync(venue, "kestrel", SimulatedFaults.None);
        Harness.Clock.Advance(TimeSpan.FromSeconds(10));
        await WaitForAsync(async () => await venue.FindOrderAsync("c1", Btc, None) is not null == arrives);
        (await venue.GetOpenOrdersAsync(None)).Count.ShouldBe(arrives ? 1 : 0);
    }

    [Fact]
    public async Task Send_PastItsDeadline_IsNotSent()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        var outcome = await venue.PlaceAsync(Market("c1", Btc, TradeSide.Sell, 0.1m), SendDeadline.After(TimeSpan.Zero, UptimeClock.Of(TimeProvider.System)), None);

        outcome.ShouldBeOfType<SendOutcome.NotSent>();
        (await venue.FindOrderAsync("c1", Btc, None)).ShouldBeNull();
    }

    [Fact]
    public async Task Send_WithoutAnswerByTheDeadline_IsAmbiguous()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        await Harness.SetLatencyAsync(venue, "kestrel", new SimulatedLatency(TimeSpan.Zero, TimeSpan.FromSeconds(7), TimeSpan.Zero));

        (await Harness.EndAsync(PlaceAsync(venue, Market("c1", Btc, TradeSide.Sell, 0.1m)))).ShouldBeOfType<SendOutcome.Ambiguous>();

        await Harness.SetLatencyAsync(venue, "kestrel", SimulatedLatency.None);
        (await venue.FindOrderAsync("c1", Btc, None))!.Status.ShouldBe(VenueOrderStatus.Filled);
    }

    [Fact]
    public async Task Send_BeyondTheRate_IsRejectedWithoutAnOrder()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        for (var i = 0; i < venue.Capabilities.SubmitsPerSecond; i++)
        {
            (await PlaceAsync(venue, Limit($"c{i}", Btc, TradeSide.Sell, 0.1m, 90_000))).ShouldBeOfType<SendOutcome.Acknowledged>();
        }

        var outcome = await PlaceAsync(venue, Limit("more", Btc, TradeSide.Sell, 0.1m, 90_000));

        outcome.ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.RateLimited);
        (await venue.FindOrderAsync("more", Btc, None)).ShouldBeNull();
    }

    [Theory]
    [InlineData(VenueErrorKind.Unavailable)]
    [InlineData(VenueErrorKind.Malformed)]
    [InlineData(VenueErrorKind.RateLimited)]
    public async Task Query_ThatFails_Throws_AndIsNeverAnEmptyAnswer(VenueErrorKind kind)
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        await Harness.SetFaultsAsync(venue, "kestrel", new SimulatedFaults
        {
            QueryServerError = kind == VenueErrorKind.Unavailable ? 1 : 0,
            QueryGarbled = kind == VenueErrorKind.Malformed ? 1 : 0,
            QueryThrottled = kind == VenueErrorKind.RateLimited ? 1 : 0,
        });

        Func<Task>[] queries =
        [
            () => venue.GetMarketsAsync(None), () => venue.GetBalancesAsync(None), () => venue.GetQuotesAsync([Btc], None), () => venue.GetBarsAsync(Btc, TimeFrame.OneDay, VenueHarness.Start.AddDays(-9), None),
            () => venue.FindOrderAsync("c1", Btc, None), () => venue.GetOpenOrdersAsync(None),
            () => venue.GetClosedOrdersAsync(VenueHarness.Start, None), () => venue.GetFillsAsync(null, VenueHarness.Start, None),
            () => venue.GetTransfersAsync(VenueHarness.Start, None),
        ];
        foreach (var query in queries)
        {
            var error = await Should.ThrowAsync<VenueException>(query);
            error.Kind.ShouldBe(kind);
            error.RetryAfter.HasValue.ShouldBe(kind == VenueErrorKind.RateLimited);
        }

        (await venue.CancelAsync("c1", Btc, None)).ShouldBe(CancelOutcome.Ambiguous);
    }

    /// <summary>The venue works on threads of its own; what it was told to do is done within a moment.</summary>
    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(10);
        }

        true.ShouldBeFalse("the expected state was never reached");
    }
}

public sealed class InProcessFaultConformanceTests : VenueFaultConformance<InProcessHarness>;

public sealed class HttpFaultConformanceTests : VenueFaultConformance<HttpHarness>;
