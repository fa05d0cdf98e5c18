using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Books;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Gateway.Rpc;
using Rebalancer.Venues;

namespace Rebalancer.Bench.Gateway;

/// <summary>Calls to an emulated exchange through the gateway, beside the same calls by the bare library in a Node process of its own.</summary>
internal static class GatewayBench
{
    private const int Rounds = 3;
    private const int Calls = 300;
    private const int WarmUp = 100;
    private const string Account = "bench";

    private static readonly MarketId Btc = new("BTC", "USDT");

    public static async IAsyncEnumerable<BenchRow> RunAsync()
    {
        var (bare, ours) = (NewTimes(), NewTimes());
        for (var round = 0; round < Rounds; round++)
        {
            // In turns, since the machine is not the same from one minute to the next, and each on a new venue, whose book is as short for both.
            await MeasureAsync(bare, BareAsync);
            await MeasureAsync(ours, OursAsync);
        }

        foreach (var (name, milliseconds) in ours)
        {
            var (through, without) = (Median(milliseconds), Median(bare[name]));
            yield return new BenchRow($"{name}, bare library", without, "ms");
            yield return new BenchRow($"{name}, gateway", through, "ms", $"{name}, bare library", through / without);
            yield return new BenchRow($"{name}, added by the gateway", through - without, "ms");
        }
    }

    private static SortedDictionary<string, List<double>> NewTimes() => new(StringComparer.Ordinal);

    private static async Task MeasureAsync(SortedDictionary<string, List<double>> times, Func<Uri, Task<SortedDictionary<string, List<double>>>> measure)
    {
        await using var emulator = await BinanceEmulator.StartAsync(TimeProvider.System);
        emulator.Book.Add(new BookMarket("BTCUSDT", "BTC", "USDT", 0.01m, 0.00001m, 0.00001m, 5, 0.001m, 0.5m), 59_990, 60_010);
        emulator.Book.Endow(Account, "BTC", 1_000);
        emulator.AddKey(new BinanceKey(Account, "key", "secret"));
        foreach (var (name, milliseconds) in await measure(emulator.Address))
        {
            times.TryAdd(name, []);
            times[name].AddRange(milliseconds.Skip(WarmUp));
        }
    }

    private static double Median(List<double> all)
    {
        var sorted = all.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static async Task<SortedDictionary<string, List<double>>> BareAsync(Uri address)
    {
        var script = Path.Combine(NodeRuntime.ScriptFolder, "../../../bench/Gateway/bare.mjs");
        using var node = Process.Start(new ProcessStartInfo(
            NodeRuntime.Locate().Path, [script, address.ToString(), "key", "secret", Calls.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var results = JsonDocument.Parse(await node.StandardOutput.ReadToEndAsync()).RootElement;
        return new SortedDictionary<string, List<double>>(
            results.EnumerateObject().ToDictionary(result => result.Name, result => result.Value.EnumerateArray().Select(value => value.GetDouble()).ToList()), StringComparer.Ordinal);
    }

    private static async Task<SortedDictionary<string, List<double>>> OursAsync(Uri address)
    {
        using var brokers = new BrokersProcess(TimeProvider.System, NullLogger.Instance);
        var credentials = new SortedDictionary<string, string> { ["apiKey"] = "key", ["secret"] = "secret" };
        var options = new LocatedObject(1, [new LocatedMember("requestsPerSecond", 1, new LocatedNumber(1, "1000000"))]);
        await using var venue = new CcxtVenueProvider(brokers, TimeProvider.System).Open(
            new VenueAccount(Account, "ccxt:binance", address.ToString(), credentials, options, "accounts[0]", 1) { Mode = TradingMode.Live });
        await venue.GetMarketsAsync(CancellationToken.None);
        return new SortedDictionary<string, List<double>>(StringComparer.Ordinal)
        {
            ["ticker"] = await TimeAsync(_ => venue.GetQuotesAsync([Btc], CancellationToken.None)),
            ["balance"] = await TimeAsync(_ => venue.GetBalancesAsync(CancellationToken.None)),
            ["order"] = await TimeAsync(async number =>
            {
                var order = new OrderRequest($"ours{number}", Btc, TradeSide.Sell, OrderType.Limit, 0.01m, 90_000);
                var outcome = await venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.OfMachine), CancellationToken.None);
                _ = outcome as SendOutcome.Acknowledged ?? throw new InvalidOperationException(outcome.ToString());
            }),
        };
    }

    private static async Task<List<double>> TimeAsync(Func<int, Task> call)
    {
        var milliseconds = new List<double>();
        for (var number = 0; number < Calls; number++)
        {
            var start = Stopwatch.GetTimestamp();
            await call(number);
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return milliseconds;
    }
}
