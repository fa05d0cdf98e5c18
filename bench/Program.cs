using System.Text.Json;
using Rebalancer.Bench;
using Rebalancer.Bench.Api;
using Rebalancer.Bench.Decisions;
using Rebalancer.Bench.Gateway;
using Rebalancer.Bench.Journals;
using Rebalancer.Bench.Placement;
using Rebalancer.Bench.Runtime;
using Rebalancer.Bench.Weights;

// Each bench yields rows; a row is one JSON object on one line, so that runs can be compared by a script.
var benches = new SortedDictionary<string, Func<BenchOptions, IAsyncEnumerable<object>>>(StringComparer.Ordinal)
{
    ["api-load"] = ApiLoadBench.RunAsync,
    ["decision"] = _ => DecisionBench.RunAsync(),
    ["explanation"] = ExplanationBench.RunAsync,
    ["gateway"] = _ => GatewayBench.RunAsync(),
    ["journal"] = _ => JournalBench.RunAsync(new SqliteDatabase()),
    ["journal-postgres"] = _ => JournalBench.RunAsync(new PostgresDatabases()),
    ["placement"] = PlacementBench.RunAsync,
    ["placement-known"] = KnownBench.RunAsync,
    ["placement-monolithic"] = MonolithicBench.RunAsync,
    ["runtime"] = _ => RuntimeBench.RunAsync(),
    ["weights"] = _ => WeightBench.RunAsync(),
};

var options = BenchOptions.Parse(args, out var problem);
if (options is null || options.Names.Count == 0 || options.Names.Any(name => !benches.ContainsKey(name)))
{
    await Console.Error.WriteLineAsync(
        $"{problem}Usage: dotnet run -c Release --project bench -- NAME... [--size AxB]... [--seeds N] [--seconds S] [--wash-sale-days D]   with NAME of: {string.Join(", ", benches.Keys)}");
    return 2;
}

foreach (var name in options.Names)
{
    await foreach (var row in benches[name](options))
    {
        Console.WriteLine(JsonSerializer.Serialize(row, row.GetType(), JsonSerializerOptions.Web));
    }
}

return 0;
