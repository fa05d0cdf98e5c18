using System.Diagnostics;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>Ctrl-C in the terminal of a service goes to all its processes; the venues must go on, as a real exchange would.</summary>
public sealed class InterruptTests
{
    [Fact]
    public async Task Venues_WhenTheTerminalIsInterrupted_GoOnWithTheirBook()
    {
        var data = Path.Combine(Path.GetTempPath(), $"interrupt-{Guid.NewGuid():N}");
        Directory.CreateDirectory(data);
        var options = new SimulatedVenueServerOptions(data, 0, 1, 1, TimeSpan.FromMinutes(1));
        var cancellation = TestContext.Current.CancellationToken;
        using var http = SimulatedVenueProcess.CreateHttp(TimeSpan.FromSeconds(5));
        using var venues = RebalancerProgram.Start(["simulated-venues", "--data", data, SimulatedVenueProcess.OutlivesOption]);
        try
        {
            SimulatedVenueEndpoint? before;
            while ((before = await SimulatedVenueProcess.FindAsync(options, http, cancellation)) is null)
            {
                venues.HasExited.ShouldBeFalse(await UntilExitAsync(venues));
            }

            using (var kill = Process.Start("kill", ["-INT", venues.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync(cancellation);
            }

            for (var question = 0; question < 20; question++)
            {
                (await SimulatedVenueProcess.FindAsync(options, http, cancellation)).ShouldNotBeNull().Instance.ShouldBe(before.Instance);
            }
        }
        finally
        {
            await SimulatedVenueProcess.StopAsync(options, TimeProvider.System, CancellationToken.None);
            await venues.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<string> UntilExitAsync(Process process) => process.HasExited ? await process.StandardError.ReadToEndAsync() : "";
}
