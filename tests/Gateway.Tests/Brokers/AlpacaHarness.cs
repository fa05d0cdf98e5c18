using Rebalancer.Domain.Accounts;
using Rebalancer.Emulators.Alpaca;
using Rebalancer.Emulators.Books;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Gateway.Tests.Conformance;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

/// <summary>Alpaca's own SDK against the emulated Alpaca.</summary>
public sealed class AlpacaHarness : EmulatedVenueHarness
{
    private AlpacaEmulator? _emulator;

    public AlpacaEmulator Emulator => _emulator ?? throw new InvalidOperationException("The emulator is started first.");

    public override Book Book => Emulator.Book;

    public override MarketId Market { get; } = new("VTI", "USD");

    public override string Symbol => "VTI";

    public override IReadOnlyList<(decimal Quantity, decimal Limit, string Code)> Refused { get; } =
    [
        (1, 99.005m, "tick-size"), (0.001m, 100, "min-notional"), (5_000, 100, "insufficient-balance"), (0.0000000001m, 100, "lot-size"),
    ];

    public override int Placements => Emulator.Requests.Count(request => request == "POST /v2/orders");

    public override async Task StartAsync() => _emulator = await AlpacaEmulator.StartAsync(TimeProvider.System);

    public override IVenue Open() => Open(Emulator.Address.ToString());

    public override IVenue OpenNowhere() => Open($"http://127.0.0.1:{FreePort()}");

    public override void CloseSession() => Emulator.IsOpen = false;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Emulator.DisposeAsync();
    }

    public VenueAccount Settings(string endpoint, string? secret = null) => new(
        Account, "alpaca:paper", endpoint,
        new SortedDictionary<string, string> { ["apiKey"] = Account, ["secret"] = secret ?? AlpacaEmulator.SecretOf(Account) }, null, "accounts[0]", 1)
    {
        WantedAssets = () => [Market.Asset, "XYZQ"],
    };

    public IVenue Open(VenueAccount account) => new AlpacaVenueProvider(Brokers, TimeProvider.System).Open(account);

    private IVenue Open(string endpoint) => Open(Settings(endpoint));
}
