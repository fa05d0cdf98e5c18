using System.Globalization;

namespace Rebalancer.Venues;

/// <summary>
/// Time since boot, which nobody sets: a deadline on it cannot be moved by a step of the wall clock, and another process of the machine can
/// check it too. Never persisted, since it starts again with the machine.
/// </summary>
public abstract class UptimeClock
{
    /// <summary>
    /// The machine's. On Linux what <c>/proc/uptime</c> says, which counts while the machine sleeps, as Node's <c>os.uptime()</c> does; elsewhere
    /// the system's tick count.
    /// </summary>
    public static UptimeClock OfMachine { get; } = new MachineUptime();

    public abstract long Milliseconds { get; }

    /// <summary>What readings are cut off to, in milliseconds.</summary>
    public abstract long Tick { get; }

    /// <summary>Monotonic time of a clock that is not the machine's: virtual, or sped up.</summary>
    public static UptimeClock Of(TimeProvider clock) => new ProvidedUptime(clock);

    private sealed class ProvidedUptime(TimeProvider clock) : UptimeClock
    {
        public override long Milliseconds => (long)clock.GetElapsedTime(0, clock.GetTimestamp()).TotalMilliseconds;

        public override long Tick => 1;
    }

    private sealed class MachineUptime : UptimeClock
    {
        private const string LinuxFile = "/proc/uptime";

        public override long Milliseconds => OperatingSystem.IsLinux()
            ? (long)(decimal.Parse(File.ReadAllText(LinuxFile).Split(' ')[0], CultureInfo.InvariantCulture) * 1_000)
            : Environment.TickCount64;

        /// <summary>The kernel writes hundredths of a second; the longest tick of other systems' counts is 16 ms.</summary>
        public override long Tick => OperatingSystem.IsLinux() ? 10 : 16;
    }
}
