using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Search;

/// <summary>A solver that its limits end before it has found anything.</summary>
internal sealed class StoppedSolver : IMilpSolver
{
    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) =>
        new(MilpStatus.NoSolution, MilpStop.Work, double.NaN, double.NegativeInfinity, [], [], limits.Nodes);
}
