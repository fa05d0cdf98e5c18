using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Stages;

/// <summary>
/// A solver on a machine so busy that every question takes so many seconds of a clock that moves with its answers alone. It ends without an answer
/// at its backstop, and dies where nobody waits for it any longer.
/// </summary>
/// <param name="lateSeconds">How much later than its backstop it notices it.</param>
internal sealed class SlowSolver(IMilpSolver solver, SetClock clock, double secondsPerAnswer, double lateSeconds = 0) : IMilpSolver
{
    public int Questions { get; private set; }

    public MilpSolution Solve(MilpProblem problem, MilpLimits limits)
    {
        Questions++;
        var taken = Math.Min(secondsPerAnswer, limits.BackstopSeconds + lateSeconds);
        if (taken > limits.PatienceSeconds)
        {
            clock.Elapsed += TimeSpan.FromSeconds(limits.PatienceSeconds.Value);
            throw new SolverUnavailableException("it was killed");
        }

        clock.Elapsed += TimeSpan.FromSeconds(taken);
        return taken < secondsPerAnswer
            ? new MilpSolution(MilpStatus.NoSolution, MilpStop.Clock, double.NaN, double.NaN, [], [], 0)
            : solver.Solve(problem, limits with { BackstopSeconds = 60, PatienceSeconds = null });
    }
}

/// <summary>A clock that somebody else moves.</summary>
internal sealed class SetClock : TimeProvider
{
    public TimeSpan Elapsed { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;
}
