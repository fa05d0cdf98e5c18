using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Tests.Weights.Methods;

/// <summary>For methods that are no linear programs.</summary>
internal sealed class NoSolver : IMilpSolver
{
    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) => throw new SolverUnavailableException("no linear program is expected here");
}
