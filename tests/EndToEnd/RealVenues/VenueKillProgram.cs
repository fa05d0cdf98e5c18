using System.Globalization;
using Rebalancer.Domain.Common;

namespace Rebalancer.EndToEnd.RealVenues;

/// <summary><c>--brokers N</c> and <c>--hosts N</c> of the kill program.</summary>
internal static class VenueKillProgram
{
    public static async Task<int> RunAsync(VenueKillTarget target, string number)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kills))
        {
            await Console.Error.WriteLineAsync($"\"{number}\": write how often, as --brokers 100 or --hosts 100");
            return 2;
        }

        var folder = Path.Combine(Path.GetTempPath(), $"venue-kill-test-{Environment.ProcessId}");
        var test = new VenueKillTest(kills, target, Environment.TickCount & 0xFFFF, folder, Console.Error.WriteLine);
        var result = await test.RunAsync(CancellationToken.None);
        Console.WriteLine(CanonicalJson.Write(result));
        if (result.Violations.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{result.Violations.Count} violations; journal and logs are kept in {folder}");
            return 1;
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }
}
