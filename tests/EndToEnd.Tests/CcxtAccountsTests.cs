using System.Globalization;
using System.Text.Json;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Kraken;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>One portfolio over two accounts of one exchange and one of another: the program itself, the real libraries, emulated exchanges.</summary>
public sealed class CcxtAccountsTests
{
    private const string KrakenSecret = "a3Jha2VuLXNlY3JldA==";

    [Fact]
    public async Task Service_OverThreeExchangeAccounts_ReachesItsTargets_AndTheBooksAgreeWithTheJournal()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("ccxt-accounts-").FullName;
        await using var binance = await StartBinanceAsync();
        await using var kraken = await StartKrakenAsync();
        var settings = await WriteSettingsAsync(folder, binance.Address, kraken.Address, cancellation);
        try
        {
            var (exitCode, output) = await RunAsync(cancellation, "run", "--once", "--config", settings);

            exitCode.ShouldBe(0, output);
            Weight(binance.Book, kraken.Book, "BTC", "XXBT", 60_000).ShouldBe(0.5m, 0.01m);
            Weight(binance.Book, kraken.Book, "ETH", "XETH", 3_000).ShouldBe(0.2m, 0.01m);
            var booked = new[] { binance.Book.Fills("one"), binance.Book.Fills("two"), kraken.Book.Fills("kraken") }.SelectMany(fills => fills);
            (await JournaledFillsAsync(folder, cancellation)).ShouldBe(booked.Select(fill => (fill.Quantity, fill.Price, fill.Fee)), ignoreOrder: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<BinanceEmulator> StartBinanceAsync()
    {
        var binance = await BinanceEmulator.StartAsync(TimeProvider.System);
        binance.Book.Add(new BookMarket("BTCUSDT", "BTC", "USDT", 0.01m, 0.00001m, 0.00001m, 5, 0.001m, 1), 59_999, 60_001);
        binance.Book.Add(new BookMarket("ETHUSDT", "ETH", "USDT", 0.01m, 0.0001m, 0.0001m, 5, 0.001m, 20), 2_999.9m, 3_000.1m);
        binance.Book.Endow("one", "USDT", 10_000);
        binance.Book.Endow("two", "USDT", 3_000);
        binance.Book.Endow("two", "BTC", 0.05m);
        binance.AddKey(new BinanceKey("one", "one-key", "one-secret"));
        binance.AddKey(new BinanceKey("two", "two-key", "two-secret"));
        return binance;
    }

    private static async Task<KrakenEmulator> StartKrakenAsync()
    {
        var kraken = await KrakenEmulator.StartAsync(TimeProvider.System);
        kraken.Book.Add(new BookMarket("XXBTZUSD", "XXBT", "ZUSD", 0.1m, 0.00000001m, 0.00005m, 0.5m, 0.0026m, 0.5m), 59_999, 60_001);
        kraken.Book.Add(new BookMarket("USDTZUSD", "USDT", "ZUSD", 0.0001m, 0.00000001m, 5, 0.5m, 0.002m, 10_000), 0.9999m, 1.0001m);
        kraken.Book.Endow("kraken", "ZUSD", 8_000);
        kraken.AddKey(new KrakenKey("kraken", "kraken-key", KrakenSecret));
        return kraken;
    }

    private static async Task<string> WriteSettingsAsync(string folder, Uri binance, Uri kraken, CancellationToken cancellation)
    {
        foreach (var (name, secret) in new[] { ("one", "one-secret"), ("two", "two-secret"), ("kraken", KrakenSecret) })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".secret"), secret, cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".key"), name + "-key", cancellation);
        }

        string Account(string id, string venue, Uri endpoint, string assets, string options) =>
            $$"""
            { "id": "{{id}}", "venue": "{{venue}}", "endpoint": "{{endpoint}}", "assets": [{{assets}}],
              "credentials": { "apiKey": "file:{{id}}.key", "secret": "file:{{id}}.secret" }, "options": { {{options}} } }
            """;
        const string Binance = "\"BTC\", \"ETH\"";
        var settings = Path.Combine(folder, "rebalancer.json");
        await File.WriteAllTextAsync(
            settings,
            $$"""
            { "listen": "http://127.0.0.1:0",
              "portfolios": [ { "id": "main", "baseCurrency": "USD", "mode": "paper", "targets": { "method": "fixed", "weights": { "BTC": 0.5, "ETH": 0.2 } },
                                "accounts": ["one", "two", "kraken"] } ],
              "accounts": [ {{Account("one", "ccxt:binance", binance, Binance, "")}}, {{Account("two", "ccxt:binance", binance, Binance, "")}},
                            {{Account("kraken", "ccxt:kraken", kraken, "\"BTC\", \"USDT\"", "\"endpointIsSandbox\": true, \"requestsPerSecond\": 50")}} ] }
            """,
            cancellation);
        return settings;
    }

    private static decimal Weight(Book binance, Book kraken, string asset, string krakenAsset, decimal price)
    {
        decimal Of(string name) => new[] { binance.Balances("one"), binance.Balances("two"), kraken.Balances("kraken") }
            .SelectMany(balances => balances).Where(balance => balance.Asset == name).Sum(balance => balance.Free + balance.Locked);
        var value = Of("USDT") + Of("ZUSD") + ((Of("BTC") + Of("XXBT")) * 60_000) + (Of("ETH") * 3_000);
        return (Of(asset) + Of(krakenAsset)) * price / value;
    }

    private static async Task<IReadOnlyList<(decimal Quantity, decimal Price, decimal Fee)>> JournaledFillsAsync(string folder, CancellationToken cancellation)
    {
        var fills = new List<(decimal, decimal, decimal)>();
        await using var journal = SqliteJournal.OpenReadOnly(Directory.GetFiles(folder, "rebalancer.db", SearchOption.AllDirectories).Single());
        await foreach (var row in journal.ReadAllAsync(0, int.MaxValue, cancellation))
        {
            if (row.EventName == "fill-booked")
            {
                var fill = JsonDocument.Parse(row.Payload).RootElement.GetProperty("fill");
                decimal Number(string name) => decimal.Parse(fill.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
                fills.Add((Number("quantity"), Number("price"), Number("fee")));
            }
        }

        return fills;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellation, params IReadOnlyList<string> arguments)
    {
        using var process = RebalancerProgram.Start(arguments);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation) + await errors;
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output);
    }
}
