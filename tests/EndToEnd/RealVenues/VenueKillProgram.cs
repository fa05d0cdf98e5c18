using System.Globalization;
using Rebalancer.Domain.Common;

namespace Rebalancer.EndToEnd.RealVenues;

/// <summary><c>--brokers N</c> and <c>--hosts N</c> of the kill program.</summary>
internal static class VenueKillProgram
{
    /// <summary>
    /// Side by side, each a service with venues of its own: most of a kill's time is waiting, above all the minute in which an account whose order
    /// was killed in the queue proves that it never arrived.
    /// </summary>
    private const int MostWorlds = 5;

    public static async Task<int> RunAsync(VenueKillTarget target, string number)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kills) || kills == 0)
        {
            await Console.Error.WriteLineAsync($"\"{number}\": write how often, as --brokers 100 or --hosts 100");
            return 2;
        }

        var (folder, seed, worlds) = (Path.Combine(Path.GetTempPath(), $"venue-kill-test-{Environment.ProcessId}"), Environment.TickCount & 0xFFFF, Math.Min(MostWorlds, kills));
        var results = await Task.WhenAll(Enumerable.Range(0, worlds).Select(world => new VenueKillTest(
            (kills + world) / worlds, target, seed + world, Path.Combine(folder, $"world-{world + 1}"), line => Console.Error.WriteLine($"world {world + 1}: {line}"))
            .RunAsync(CancellationToken.None)));
        var result = VenueKillResult.Sum(results);
        Console.WriteLine(CanonicalJson.Write(result));
        if (result.Violations.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{result.Violations.Count} violations; journals and logs are kept in {folder}");
            return 1;
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }
}
