using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;
using static Rebalancer.Venues.Tests.Simulated.TestWorld;

namespace Rebalancer.Venues.Tests.Simulated;

/// <summary>What a sender is told, against what happened at the venue.</summary>
public sealed class SimulatedVenueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly ManualClock _clock = new(Start);
    private readonly List<BookEvent> _log = [];

    public static TheoryData<SimulatedFaults, Type, bool> Outcomes => new()
    {
        { new SimulatedFaults(), typeof(SendOutcome.Acknowledged), true },
        { new SimulatedFaults { LostBeforeArrival = 1 }, typeof(SendOutcome.Ambiguous), false },
        { new SimulatedFaults { ReplyLost = 1 }, typeof(SendOutcome.Ambiguous), true },
        { new SimulatedFaults { SlowReply = 1 }, typeof(SendOutcome.Ambiguous), true },
        { new SimulatedFaults { LateAcceptance = 1 }, typeof(SendOutcome.Ambiguous), true },
        { new SimulatedFaults { ServerErrorAccepted = 1 }, typeof(SendOutcome.Ambiguous), true },
        { new SimulatedFaults { ServerErrorRefused = 1 }, typeof(SendOutcome.Ambiguous), false },
        { new SimulatedFaults { GarbledReply = 1 }, typeof(SendOutcome.Ambiguous), true },
        { new SimulatedFaults { Throttled = 1 }, typeof(SendOutcome.Rejected), false },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task PlaceAsync_UnderEachFault_NamesTheOutcomeOrSaysAmbiguous(SimulatedFaults faults, Type expected, bool arrives)
    {
        var venue = Open(faults, new SimulatedLatency(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50), TimeSpan.Zero));

        var placing = venue.PlaceAsync(Market("c1", Btc, TradeSide.Sell, 0.1m), SendDeadline.After(Limit, UptimeClock.Of(_clock)), CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(30));

        (await placing).ShouldBeOfType(expected);
        _log.OfType<OrderAccepted>().Any().ShouldBe(arrives);
    }

    [Fact]
    public async Task PlaceAsync_PastTheDeadline_StartsNothing()
    {
        var venue = Open(SimulatedFaults.None, SimulatedLatency.None);

        var outcome = await venue.PlaceAsync(
            Market("c1", Btc, TradeSide.Sell, 0.1m), SendDeadline.After(TimeSpan.Zero, UptimeClock.Of(_clock)), CancellationToken.None);

        outcome.ShouldBeOfType<SendOutcome.NotSent>();
        _log.OfType<OrderAccepted>().ShouldBeEmpty();
    }

    [Fact]
    public async Task PlaceAsync_AbortedInFlight_IsAmbiguousAndMayStillArrive()
    {
        var venue = Open(SimulatedFaults.None, new SimulatedLatency(TimeSpan.FromSeconds(6), TimeSpan.Zero, TimeSpan.Zero));

        var placing = venue.PlaceAsync(Market("c1", Btc, TradeSide.Sell, 0.1m), SendDeadline.After(Limit, UptimeClock.Of(_clock)), CancellationToken.None);
        _clock.Advance(Limit);
        (await placing).ShouldBeOfType<SendOutcome.Ambiguous>();
        _log.OfType<OrderAccepted>().ShouldBeEmpty();

        _clock.Advance(Limit);
        _log.OfType<OrderAccepted>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task PlaceAsync_BeyondTheRate_IsRejectedWithoutReachingTheBook()
    {
        var venue = Open(SimulatedFaults.None, SimulatedLatency.None);
        var outcomes = new List<SendOutcome>();
        for (var i = 0; i < 11; i++)
        {
            outcomes.Add(await venue.PlaceAsync(
                Market($"c{i}", Btc, TradeSide.Sell, 0.01m), SendDeadline.After(Limit, UptimeClock.Of(_clock)), CancellationToken.None));
        }

        outcomes[^1].ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.RateLimited);
        _log.OfType<OrderAccepted>().Count().ShouldBe(10);
    }

    [Theory]
    [InlineData(VenueErrorKind.Unavailable)]
    [InlineData(VenueErrorKind.Malformed)]
    [InlineData(VenueErrorKind.RateLimited)]
    public async Task Query_UnderAFault_ThrowsRatherThanAnsweringEmpty(VenueErrorKind kind)
    {
        var venue = Open(
            new SimulatedFaults
            {
                QueryServerError = kind == VenueErrorKind.Unavailable ? 1 : 0,
                QueryGarbled = kind == VenueErrorKind.Malformed ? 1 : 0,
                QueryThrottled = kind == VenueErrorKind.RateLimited ? 1 : 0,
            },
            SimulatedLatency.None);

        (await Should.ThrowAsync<VenueException>(() => venue.GetOpenOrdersAsync(CancellationToken.None))).Kind.ShouldBe(kind);
        (await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(CancellationToken.None))).Kind.ShouldBe(kind);
        (await venue.CancelAsync("c1", Btc, CancellationToken.None)).ShouldBe(CancelOutcome.Ambiguous);
    }

    [Fact]
    public async Task GetFillsAsync_UnderRepeats_NeverOmitsOne()
    {
        var venue = Open(new SimulatedFaults { RepeatedFills = 0.5m }, SimulatedLatency.None);
        var seen = new List<string>();
        string? cursor = null;
        for (var i = 0; i < 30; i++)
        {
            await venue.PlaceAsync(Market($"c{i}", Btc, TradeSide.Sell, 0.01m), SendDeadline.After(Limit, UptimeClock.Of(_clock)), CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(1));
            var page = await venue.GetFillsAsync(cursor, Start, CancellationToken.None);
            seen.AddRange(page.Fills.Select(fill => fill.TradeId));
            cursor = page.Cursor;
        }

        seen.Count.ShouldBeGreaterThan(30);
        seen.Distinct().Count().ShouldBe(30);
    }

    private SimulatedVenue Open(SimulatedFaults faults, SimulatedLatency latency)
    {
        var exchange = Create(Exchange with { Faults = faults, Latency = latency }, log: _log);
        exchange.OpenAccount("a", new SortedDictionary<string, decimal> { ["BTC"] = 1 }, Start);
        return new SimulatedVenue(new SimulatedDesk(exchange, _clock, new SeededNoise(9)), "a", _clock);
    }
}
