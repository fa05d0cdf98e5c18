using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Search;

/// <summary>A solver whose process is gone: what the search does by itself.</summary>
internal sealed class NoSolver : IMilpSolver
{
    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) => throw new SolverUnavailableException("there is none");
}
