using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;
using Rebalancer.Venues.Tests.Conformance;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>An emulated exchange behind ccxt.</summary>
public sealed class CcxtUnderTest<TVenue> : BookUnderTest
    where TVenue : EmulatedVenue, new()
{
    private readonly TVenue _venue = new();

    public override MarketId Market => _venue.Btc;

    public override decimal Size => 0.4m;

    public override decimal Large => 0.8m;

    public override decimal FarPrice => 90_000;

    public override int? Placements => _venue.Requests.Count(request => request.Contains(PlaceRequest, StringComparison.Ordinal));

    public override IReadOnlyList<RefusedOrder> Refused { get; } =
    [
        new(0.000001m, 60_000, RejectCodes.LotSize), new(0.5m, 60_000.001m, RejectCodes.TickSize), new(0.00006m, 60_000, RejectCodes.MinNotional),
        new(5, 60_000, RejectCodes.InsufficientBalance),
    ];

    protected override Book Book => _venue.Book;

    protected override EmulatorFaults Faults => _venue.Faults;

    protected override string Account => EmulatedVenue.First;

    protected override string Symbol => _venue.Symbol;

    protected override string QuoteInBook => _venue.QuoteInBook;

    protected override string PlaceRequest => _venue.PlaceRequest;

    public override Task StartAsync() => _venue.StartAsync();

    public override Task<IVenue> OpenAsync() => Task.FromResult(_venue.Open(EmulatedVenue.First));

    public override Task<IVenue> OpenSecondAsync() => Task.FromResult(_venue.Open(EmulatedVenue.Second));

    public override IVenue OpenNowhere() => _venue.Open(
        EmulatedVenue.First, account => account with { Endpoint = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{EmulatedVenueHarness.FreePort()}") });

    public override ValueTask DisposeAsync() => _venue.DisposeAsync();
}

public sealed class BinanceConformanceTests : VenueConformance<CcxtUnderTest<BinanceVenue>>;

public sealed class BinanceFaultConformanceTests : VenueFaultConformance<CcxtUnderTest<BinanceVenue>>;

public sealed class KrakenConformanceTests : VenueConformance<CcxtUnderTest<KrakenVenue>>;

public sealed class KrakenFaultConformanceTests : VenueFaultConformance<CcxtUnderTest<KrakenVenue>>;
