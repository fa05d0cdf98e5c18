using Rebalancer.Host.Api;

namespace Rebalancer.Host.Telemetry;

/// <summary>Whether the process lives, and whether it can be relied on, as probes ask.</summary>
public sealed class Health(TimeProvider wallClock)
{
    /// <summary>A loop that has not come round for this long hangs.</summary>
    private static readonly TimeSpan LongestRound = TimeSpan.FromMinutes(2);

    /// <summary>Six readings.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private long _aliveAt = wallClock.GetTimestamp();
    private long _answeredAt;
    private volatile string? _waitingFor = "the portfolios have not answered yet";

    /// <summary>The process is at work.</summary>
    public void Alive() => Interlocked.Exchange(ref _aliveAt, wallClock.GetTimestamp());

    /// <summary>Journal and actors have answered with this.</summary>
    public void Answered(ServiceStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        Interlocked.Exchange(ref _answeredAt, wallClock.GetTimestamp());
        _waitingFor = null;
    }

    public bool IsLive => wallClock.GetElapsedTime(Interlocked.Read(ref _aliveAt)) < LongestRound;

    /// <summary>Why requests had better go elsewhere; null when they need not. A portfolio that waits for an account is no reason: the service works.</summary>
    public string? NotReadyBecause => _waitingFor
        ?? (wallClock.GetElapsedTime(Interlocked.Read(ref _answeredAt)) < LongestSilence ? null : "the portfolios no longer answer");
}
