using Rebalancer.Domain.Placement;

namespace Rebalancer.Gateway.Solver;

/// <summary>
/// Passes when the time limit and some grace, counted from its making, are over. The grace is for a cold start: work limits end a search within
/// its time on any machine but a very busy one.
/// </summary>
public sealed class ClockDeadline(TimeProvider clock, double limitSeconds) : IDeadline
{
    private const double GraceSeconds = 0.5;

    private readonly long _start = clock.GetTimestamp();

    /// <inheritdoc/>
    public double SecondsLeft => limitSeconds - clock.GetElapsedTime(_start).TotalSeconds;

    /// <inheritdoc/>
    public bool HasPassed => SecondsLeft < -GraceSeconds;
}
