using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;
using Rebalancer.Venues.Tests.Simulated;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>The simulated exchange: its own lists are its book.</summary>
public sealed class SimulatedUnderTest<THarness> : VenueUnderTest
    where THarness : VenueHarness, new()
{
    private const string Exchange = "kestrel";

    private static readonly SimulatedAccountOptions Options = new()
    {
        Exchange = Exchange,
        FeeAsset = "BNB",
        LatencyMilliseconds = 0,
        Balances = new SortedDictionary<string, decimal> { ["USD"] = 100_000, ["BTC"] = 2, ["BNB"] = 5 },
    };

    private readonly THarness _harness = new();
    private IVenue? _venue;
    private bool _isFaulty;

    public override MarketId Market { get; } = new("BTC", "USD");

    public override decimal Size => 0.5m;

    public override decimal Large => 1;

    public override decimal FarPrice => 90_000;

    public override DateTimeOffset Since => VenueHarness.Start;

    public override DateTimeOffset Now => _harness.Clock.GetUtcNow();

    /// <summary>By chance; its own rules try it.</summary>
    public override bool FillsInParts => false;

    public override bool HasClockOfItsOwn => false;

    public override IReadOnlyList<SendFault> SendFaults =>
    [
        Send(new SimulatedFaults { LostBeforeArrival = 1 }, arrives: false), Send(new SimulatedFaults { ReplyLost = 1 }), Send(new SimulatedFaults { SlowReply = 1 }),
        Send(new SimulatedFaults { LateAcceptance = 1 }), Send(new SimulatedFaults { ServerErrorAccepted = 1 }),
        Send(new SimulatedFaults { ServerErrorRefused = 1 }, arrives: false), Send(new SimulatedFaults { GarbledReply = 1 }),
    ];

    public override IReadOnlyList<QueryFault> QueryFaults =>
    [
        new("5xx", VenueErrorKind.Unavailable, venue => PlanAsync(venue, new SimulatedFaults { QueryServerError = 1 })),
        new("garbled", VenueErrorKind.Malformed, venue => PlanAsync(venue, new SimulatedFaults { QueryGarbled = 1 })),
        new("429", VenueErrorKind.RateLimited, venue => PlanAsync(venue, new SimulatedFaults { QueryThrottled = 1 })),
    ];

    public override IReadOnlyList<RefusedOrder> Refused { get; } =
    [
        new(0.000001m, 60_000, RejectCodes.LotSize), new(0.5m, 60_000.001m, RejectCodes.TickSize), new(0.0001m, 60_000, RejectCodes.MinNotional),
        new(5, 60_000, RejectCodes.InsufficientBalance), new(50, 60_000, RejectCodes.MaxNotional),
    ];

    public override Task StartAsync() => Task.CompletedTask;

    public override async Task<IVenue> OpenAsync() => _venue ??= await _harness.OpenAsync("a", Options);

    public override Task<IVenue> OpenSecondAsync() => _harness.OpenAsync("b", Options);

    public override async Task<IReadOnlyList<BookedOrder>> ReadBookAsync()
    {
        var venue = await OpenAsync();
        var orders = (await venue.GetOpenOrdersAsync(CancellationToken.None)).Concat(await venue.GetClosedOrdersAsync(Since, CancellationToken.None));
        return [.. orders.Select(order => new BookedOrder(order.ClientOrderId, order.Quantity, order.FilledQuantity, order.Status == VenueOrderStatus.Open))];
    }

    /// <summary>It cannot be told where to go; its prices wander, and sooner or later they are there.</summary>
    public override Task ComeToBuyerAsync(decimal price)
    {
        _harness.Clock.Jump(TimeSpan.FromMinutes(1));
        return Task.CompletedTask;
    }

    public override Task DepositAsync(IVenue venue, decimal amount) => _harness.DepositAsync(venue, "a", Exchange, "USD", amount);

    public override async Task ExceedRateAsync(IVenue venue)
    {
        for (var order = 0; order < venue.Capabilities.SubmitsPerSecond; order++)
        {
            var request = new OrderRequest($"rbbefore{order:0000000000}", Market, TradeSide.Sell, OrderType.Limit, 0.01m, FarPrice);
            await venue.PlaceAsync(request, SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.Of(TimeProvider.System)), CancellationToken.None);
        }
    }

    public override async Task EndFaultsAsync(IVenue venue)
    {
        _isFaulty = false;
        await _harness.SetFaultsAsync(venue, Exchange, SimulatedFaults.None);
        // What comes late comes now.
        _harness.Clock.Advance(TimeSpan.FromSeconds(10));
    }

    public override Task<T> EndAsync<T>(Task<T> task) => _isFaulty ? _harness.EndAsync(task) : task;

    public override ValueTask DisposeAsync() => _harness.DisposeAsync();

    private SendFault Send(SimulatedFaults faults, bool arrives = true) => new(faults.ToString(), arrives, venue => PlanAsync(venue, faults));

    private Task PlanAsync(IVenue venue, SimulatedFaults faults)
    {
        _isFaulty = true;
        return _harness.SetFaultsAsync(venue, Exchange, faults);
    }
}

public sealed class InProcessConformanceTests : VenueConformance<SimulatedUnderTest<InProcessHarness>>;

public sealed class InProcessFaultConformanceTests : VenueFaultConformance<SimulatedUnderTest<InProcessHarness>>;

public sealed class HttpConformanceTests : VenueConformance<SimulatedUnderTest<HttpHarness>>;

public sealed class HttpFaultConformanceTests : VenueFaultConformance<SimulatedUnderTest<HttpHarness>>;
