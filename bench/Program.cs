using System.Text.Json;
using Rebalancer.Bench;
using Rebalancer.Bench.Decisions;
using Rebalancer.Bench.Journals;
using Rebalancer.Bench.Runtime;

// Each bench yields rows; a row is one JSON object on one line, so that runs can be compared by a script.
var benches = new SortedDictionary<string, Func<IAsyncEnumerable<BenchRow>>>(StringComparer.Ordinal)
{
    ["decision"] = DecisionBench.RunAsync,
    ["journal"] = JournalBench.RunAsync,
    ["runtime"] = RuntimeBench.RunAsync,
};

if (args.Length == 0 || args.Any(name => !benches.ContainsKey(name)))
{
    await Console.Error.WriteLineAsync($"Usage: dotnet run -c Release --project bench -- NAME...   with NAME of: {string.Join(", ", benches.Keys)}");
    return 2;
}

foreach (var name in args)
{
    await foreach (var row in benches[name]())
        Console.WriteLine(JsonSerializer.Serialize(row, JsonSerializerOptions.Web));
}

return 0;
