using System.Globalization;

namespace Rebalancer.Venues.Tests;

public class UptimeClockTests
{
    /// <summary>Node compares a deadline with what it reads of the same clock.</summary>
    [Fact]
    public void OfMachine_IsWhatOtherProcessesReadOfTheSystem()
    {
        for (var round = 0; round < 100; round++)
        {
            var (before, clock, after) = (Read(), UptimeClock.OfMachine.Milliseconds, Read());

            clock.ShouldBeInRange(before, after + UptimeClock.OfMachine.Tick);
        }
    }

    private static long Read() => !OperatingSystem.IsLinux() ? Environment.TickCount64
        : (long)(decimal.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture) * 1_000);
}
