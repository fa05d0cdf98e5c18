using System.Globalization;
using Rebalancer.Domain.Common;
using Rebalancer.EndToEnd;

// dotnet run -c Release --project tests/EndToEnd -- --kills 50 [--seed S] [--data DIR]
int kills = 50, seed = Environment.TickCount & 0xFFFF;
var keep = false;
var data = Path.Combine(Path.GetTempPath(), $"kill-test-{Environment.ProcessId}");
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--kills" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out kills):
        case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
            break;
        case "--data" when value.Length > 0 && !Path.Exists(value):
            (data, keep) = (Path.GetFullPath(value), true);
            break;
        default:
            await Console.Error.WriteLineAsync($"{args[i]} {value}: expected --kills N, --seed N or --data DIRECTORY, which must not exist");
            return 2;
    }
}

await Console.Error.WriteLineAsync($"killing the service {kills} times, seed {seed}, data in {data}");
var result = await new KillTest(new KillTestOptions(kills, seed, data), Console.Error.WriteLine).RunAsync(CancellationToken.None);
Console.WriteLine(CanonicalJson.Write(result));
if (result.Violations.Count > 0)
{
    await Console.Error.WriteLineAsync($"{result.Violations.Count} violations; journal, book and logs are kept in {data}");
    return 1;
}

if (!keep)
{
    Directory.Delete(data, recursive: true);
}

return 0;
