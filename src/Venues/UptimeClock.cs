using System.Globalization;
using System.Runtime.InteropServices;

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

    /// <summary>What readings of this clock are cut off to at most, here or in another process, in milliseconds.</summary>
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
        public override long Milliseconds => OperatingSystem.IsLinux() ? BootTime.ReadMilliseconds() : Environment.TickCount64;

        /// <summary>The kernel writes hundredths of a second into the file; the longest tick of other systems' counts is 16 ms.</summary>
        public override long Tick => OperatingSystem.IsLinux() ? BootTime.FileTick : 16;
    }

    /// <summary>Asked of the C library: every message to an account looks at this clock, and to open the file took longer than most messages do.</summary>
    private static class BootTime
    {
        public const int FileTick = 10;

        private const int ClockBootTime = 7;
        private const string LinuxFile = "/proc/uptime";

        private static readonly bool HasLibrary = CanAsk();

        public static long ReadMilliseconds() => HasLibrary ? AskLibrary() : ReadFile();

        /// <summary>In some containers the file counts from the container's start; whoever else reads it would then know another time.</summary>
        private static bool CanAsk()
        {
            try
            {
                var (before, asked, after) = (ReadFile(), AskLibrary(), ReadFile());
                return asked >= before && asked <= after + FileTick;
            }
            catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
            {
                return false;
            }
        }

        private static long AskLibrary() =>
            GetTime(ClockBootTime, out var time) == 0 ? ((long)time.Seconds * 1_000) + ((long)time.Nanoseconds / 1_000_000) : ReadFile();

        private static long ReadFile() => (long)(decimal.Parse(File.ReadAllText(LinuxFile).Split(' ')[0], CultureInfo.InvariantCulture) * 1_000);

        [DllImport("libc", EntryPoint = "clock_gettime")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int GetTime(int clock, out TimeSpec time);

        [StructLayout(LayoutKind.Sequential)]
        private struct TimeSpec
        {
            public nint Seconds;
            public nint Nanoseconds;
        }
    }
}
