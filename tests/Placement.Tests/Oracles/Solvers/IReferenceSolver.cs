using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles.Solvers;

/// <summary>A solver that the program does not use.</summary>
internal interface IReferenceSolver : IDisposable
{
    ReferenceAnswer Solve(MilpProblem problem);
}

/// <param name="Values">Of the columns, at the proven optimum; null where there is none.</param>
/// <param name="IsProven">False where the solver gave up.</param>
internal sealed record ReferenceAnswer(double[]? Values, bool IsProven);
