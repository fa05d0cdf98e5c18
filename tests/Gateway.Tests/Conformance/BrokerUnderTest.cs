using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Gateway.Tests.Brokers;
using Rebalancer.Venues;
using Rebalancer.Venues.Tests.Conformance;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>An emulated broker behind its maker's library: one login has one account here.</summary>
public abstract class BrokerUnderTest<THarness>(string placeRequest) : BookUnderTest
    where THarness : EmulatedVenueHarness, new()
{
    private readonly List<IVenue> _opened = [];

    protected THarness Harness { get; } = new();

    public override MarketId Market => Harness.Market;

    public override decimal Size => 4;

    public override decimal Large => 15;

    public override decimal FarPrice => 120.50m;

    public override bool HasSeveralAccounts => false;

    public override int? Placements => Harness.Placements;

    public override IReadOnlyList<RefusedOrder> Refused => [.. Harness.Refused.Select(refused => new RefusedOrder(refused.Quantity, refused.Limit, refused.Code))];

    protected override Book Book => Harness.Book;

    protected override string Account => Harness.Account;

    protected override string Symbol => Harness.Symbol;

    protected override string QuoteInBook => Harness.Market.Quote;

    protected override string PlaceRequest => placeRequest;

    public override async Task StartAsync()
    {
        await Harness.StartAsync();
        Harness.Furnish();
    }

    public override Task<IVenue> OpenAsync()
    {
        _opened.Add(Harness.Open());
        return Task.FromResult(_opened[^1]);
    }

    public override IVenue OpenNowhere() => Harness.OpenNowhere();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var venue in _opened)
        {
            await venue.DisposeAsync();
        }

        await Harness.DisposeAsync();
    }
}

public sealed class AlpacaUnderTest() : BrokerUnderTest<AlpacaHarness>("POST /v2/orders")
{
    protected override EmulatorFaults Faults => Harness.Emulator.Faults;
}

/// <summary>TWS is no HTTP: a connection answers, hangs or is lost. It takes orders as fast as they come, below fifty a second.</summary>
public sealed class IbkrUnderTest() : BrokerUnderTest<IbkrHarness>("placeOrder")
{
    public override bool RefusesOpenClientIds => false;

    public override bool LimitsRate => false;

    public override IReadOnlyList<SendFault> SendFaults =>
        [Send(EmulatorFault.DisconnectBefore, arrives: false), Send(EmulatorFault.DisconnectAfter), Send(EmulatorFault.HangAfter)];

    public override IReadOnlyList<QueryFault> QueryFaults =>
    [
        new("lost connection", VenueErrorKind.Unavailable, _ =>
        {
            Faults.Plan("reqPositions", EmulatorFault.DisconnectBefore);
            return Task.CompletedTask;
        }, IsForAll: false),
    ];

    protected override EmulatorFaults Faults => Harness.Emulator.Faults;
}

public sealed class AlpacaConformanceTests : VenueConformance<AlpacaUnderTest>;

public sealed class AlpacaFaultConformanceTests : VenueFaultConformance<AlpacaUnderTest>;

public sealed class IbkrConformanceTests : VenueConformance<IbkrUnderTest>;

public sealed class IbkrFaultConformanceTests : VenueFaultConformance<IbkrUnderTest>;
