using System.Globalization;
using Rebalancer.Domain.Common;
using Rebalancer.EndToEnd;
using Rebalancer.EndToEnd.RealVenues;

// dotnet run -c Release --project tests/EndToEnd -- --kills 50 [--waits-divided-by 10|1] [--worlds W] [--seed S] [--data DIR]
// With simulated venues; through the real client libraries: -- --brokers 100 or -- --hosts 100, which say what is killed.
if (args is ["--brokers" or "--hosts", var number])
{
    return await VenueKillProgram.RunAsync(args[0] == "--hosts" ? VenueKillTarget.Host : VenueKillTarget.Brokers, number);
}

int kills = 50, seed = Environment.TickCount & 0xFFFF, waitsDividedBy = KillTestOptions.Fast, worlds = 1;
var keep = false;
var data = Path.Combine(Path.GetTempPath(), $"kill-test-{Environment.ProcessId}");
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--kills" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out kills):
        case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
        case "--waits-divided-by" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out waitsDividedBy)
            && waitsDividedBy is 1 or KillTestOptions.Fast:
        case "--worlds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out worlds) && worlds > 0:
            break;
        case "--data" when value.Length > 0 && !Path.Exists(value):
            (data, keep) = (Path.GetFullPath(value), true);
            break;
        default:
            await Console.Error.WriteLineAsync(
                $"{args[i]} {value}: expected --kills N, --waits-divided-by 1 or {KillTestOptions.Fast}, --worlds N, --seed N or --data DIRECTORY, which must not exist");
            return 2;
    }
}

await Console.Error.WriteLineAsync(
    $"killing {worlds} services {kills} times in all, every wait of the protocol divided by {waitsDividedBy}, seed {seed}, data in {data}");

// Side by side, each a service with venues of its own: most of a kill's time is waiting.
var results = await Task.WhenAll(Enumerable.Range(0, worlds).Select(world => new KillTest(
    new KillTestOptions((kills + world) / worlds, seed + world, Path.Combine(data, $"world-{world + 1}"), waitsDividedBy),
    line => Console.Error.WriteLine(worlds == 1 ? line : $"world {world + 1}: {line}")).RunAsync(CancellationToken.None)));
var result = KillTestResult.Sum(results);
Console.WriteLine(CanonicalJson.Write(result));
if (result.Violations.Count > 0)
{
    await Console.Error.WriteLineAsync($"{result.Violations.Count} violations; journals, books and logs are kept in {data}");
    return 1;
}

if (!keep)
{
    Directory.Delete(data, recursive: true);
}

return 0;
