namespace Rebalancer.Venues;

/// <summary>The time since boot as the monotonic side of a <see cref="TimeProvider"/>: unlike the system's own it also goes on while the machine sleeps.</summary>
public sealed class UptimeProvider(UptimeClock uptime) : TimeProvider
{
    public static UptimeProvider OfMachine { get; } = new(UptimeClock.OfMachine);

    public override long TimestampFrequency => 1_000;

    public override long GetTimestamp() => uptime.Milliseconds;
}
