using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Emulators.Kraken;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Conformance;

public sealed class BinanceVenue : EmulatedVenue
{
    private BinanceEmulator _emulator = null!;

    public override MarketId Btc => new("BTC", "USDT");

    public override Book Book => _emulator.Book;

    public override EmulatorFaults Faults => _emulator.Faults;

    public override IReadOnlyList<string> Requests => _emulator.Requests;

    public override string PlaceRequest => "POST /api/v3/order";

    public override string Symbol => "BTCUSDT";

    public override string AssetInBook => "BTC";

    public override string QuoteInBook => "USDT";

    protected override IVenueProvider Provider => new CcxtVenueProvider(Brokers, TimeProvider.System);

    public override async Task StartAsync()
    {
        _emulator = await BinanceEmulator.StartAsync(TimeProvider.System);
        Book.Add(new BookMarket(Symbol, "BTC", "USDT", 0.01m, 0.00001m, 0.00001m, 5, 0.001m, 0.5m), 59_990, 60_010);
        foreach (var account in new[] { First, Second })
        {
            Endow(account);
            _emulator.AddKey(new BinanceKey(account, "key-" + account, "secret-" + account));
        }
    }

    public void AddKey(BinanceKey key) => _emulator.AddKey(key);

    public override VenueAccount Settings(string account) => new(
        account, "ccxt:binance", _emulator.Address.ToString(),
        new SortedDictionary<string, string> { ["apiKey"] = "key-" + account, ["secret"] = "secret-" + account }, null, "accounts[0]", 1) { Mode = TradingMode.Live };

    public override Task StopAsync() => _emulator.DisposeAsync().AsTask();
}

public sealed class KrakenVenue : EmulatedVenue
{
    private static readonly SortedDictionary<string, string> Secrets = new() { [First] = "Zmlyc3Qgc2VjcmV0", [Second] = "c2Vjb25kIHNlY3JldA==" };

    /// <summary>Kraken's own rate would make every test wait for seconds.</summary>
    private static readonly LocatedObject Fast = new(1, [new LocatedMember("requestsPerSecond", 1, new LocatedNumber(1, "1000"))]);

    private KrakenEmulator _emulator = null!;

    public override MarketId Btc => new("BTC", "USD");

    public override Book Book => _emulator.Book;

    public override EmulatorFaults Faults => _emulator.Faults;

    public override IReadOnlyList<string> Requests => _emulator.Requests;

    public override string PlaceRequest => "AddOrder";

    public override string Symbol => "XXBTZUSD";

    public override string AssetInBook => "XXBT";

    public override string QuoteInBook => "ZUSD";

    protected override IVenueProvider Provider => new CcxtVenueProvider(Brokers, TimeProvider.System);

    public override async Task StartAsync()
    {
        _emulator = await KrakenEmulator.StartAsync(TimeProvider.System);
        Book.Add(new BookMarket(Symbol, "XXBT", "ZUSD", 0.01m, 0.00001m, 0.00005m, 5, 0.0026m, 0.5m), 59_990, 60_010);
        foreach (var (account, secret) in Secrets)
        {
            Endow(account);
            _emulator.AddKey(new KrakenKey(account, "key-" + account, secret));
        }
    }

    public void AddKey(KrakenKey key) => _emulator.AddKey(key);

    public override VenueAccount Settings(string account) => new(
        account, "ccxt:kraken", _emulator.Address.ToString(),
        new SortedDictionary<string, string> { ["apiKey"] = "key-" + account, ["secret"] = Secrets[account] }, Fast, "accounts[0]", 1) { Mode = TradingMode.Live };

    public override Task StopAsync() => _emulator.DisposeAsync().AsTask();
}
