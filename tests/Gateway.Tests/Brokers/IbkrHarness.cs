using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Ibkr;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Gateway.Tests.Conformance;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

/// <summary>@stoqey/ib against the emulated TWS.</summary>
public sealed class IbkrHarness : EmulatedVenueHarness
{
    private IbkrEmulator? _emulator;

    public IbkrEmulator Emulator => _emulator ?? throw new InvalidOperationException("The emulator is started first.");

    public override Book Book => Emulator.Book;

    public override MarketId Market { get; } = new("VTI", "USD");

    public override string Symbol => "VTI";

    public override IReadOnlyList<(decimal Quantity, decimal Limit, string Code)> Refused { get; } =
        [(1, 99.005m, "tick-size"), (5_000, 100, "insufficient-balance"), (1.5m, 100, "lot-size")];

    public override int Placements => Emulator.Placements;

    public override Task StartAsync()
    {
        _emulator = IbkrEmulator.Start(Account, TimeProvider.System);
        return Task.CompletedTask;
    }

    public override IVenue Open() => Open(Emulator.Port, """{ "clientId": 7 }""");

    public override IVenue OpenNowhere() => Open(FreePort(), "{}");

    public override void CloseSession() => Emulator.IsOpen = false;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Emulator.DisposeAsync();
    }

    public IVenue Open(int port, string options, TradingMode mode = TradingMode.Paper) => new IbkrVenueProvider(Brokers, TimeProvider.System).Open(new VenueAccount(
        Account, "ibkr", $"127.0.0.1:{port}", new SortedDictionary<string, string>(),
        (LocatedObject?)LocatedJsonParser.Parse(options, new InputErrors()), "accounts[0]", 1)
    {
        WantedAssets = () => [Market.Asset, "XYZQ"],
        Mode = mode,
    });
}
