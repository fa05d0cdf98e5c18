using System.Globalization;
using Rebalancer.Emulators.Alpaca;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Ibkr;
using Rebalancer.Emulators.Kraken;

namespace Rebalancer.Emulators;

/// <summary>Runs an emulator by itself: <c>dotnet run --project tests/Emulators -- binance --port 9001</c>.</summary>
internal static class EmulatorProgram
{
    private const string Account = "main";

    private static readonly SortedDictionary<string, Func<int, Task<(IAsyncDisposable Emulator, string About)>>> Known = new(StringComparer.Ordinal)
    {
        ["alpaca"] = async port =>
        {
            var emulator = await AlpacaEmulator.StartAsync(TimeProvider.System, port);
            return (emulator, emulator.Address.ToString());
        },
        ["binance"] = async port =>
        {
            var emulator = await BinanceEmulator.StartAsync(TimeProvider.System, port);
            emulator.Book.Add(new("BTCUSDT", "BTC", "USDT", 0.01m, 0.00001m, 0.00001m, 5, 0.001m, 0.5m), 59_990, 60_010);
            emulator.Book.Add(new("ETHUSDT", "ETH", "USDT", 0.01m, 0.0001m, 0.0001m, 5, 0.001m, 5), 2_999, 3_001);
            emulator.Book.Endow(Account, "USDT", 10_000);
            emulator.AddKey(new BinanceKey(Account, "emulated-key", "emulated-secret"));
            return (emulator, $"{emulator.Address} apiKey emulated-key, secret emulated-secret");
        },
        ["kraken"] = async port =>
        {
            var emulator = await KrakenEmulator.StartAsync(TimeProvider.System, port);
            emulator.Book.Add(new("XXBTZUSD", "XXBT", "ZUSD", 0.1m, 0.00000001m, 0.00005m, 0.5m, 0.0026m, 0.5m), 59_990, 60_010);
            emulator.Book.Endow(Account, "ZUSD", 10_000);
            emulator.AddKey(new KrakenKey(Account, "emulated-key", "ZW11bGF0ZWQtc2VjcmV0"));
            return (emulator, $"{emulator.Address} apiKey emulated-key, secret ZW11bGF0ZWQtc2VjcmV0");
        },
        ["ibkr"] = port =>
        {
            var emulator = IbkrEmulator.Start("DU123", TimeProvider.System, port);
            emulator.Book.Add(new("VTI", "VTI", "USD", 0.01m, 1, 1, 1, 0, 100), 299.99m, 300.01m);
            emulator.Book.Endow("DU123", "USD", 10_000);
            return Task.FromResult<(IAsyncDisposable, string)>((emulator, $"127.0.0.1:{emulator.Port} account DU123"));
        },
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var port = arguments is [_, "--port", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        if (arguments.Length is not (1 or 3) || !Known.TryGetValue(arguments[0], out var start))
        {
            await Console.Error.WriteLineAsync($"usage: emulators VENUE [--port PORT], VENUE one of {string.Join(", ", Known.Keys)}");
            return 2;
        }

        var (emulator, about) = await start(port);
        Console.WriteLine(about);
        var ended = new TaskCompletionSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            ended.TrySetResult();
        };
        await ended.Task;
        await emulator.DisposeAsync();
        return 0;
    }
}
