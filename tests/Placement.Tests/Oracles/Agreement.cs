using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>What it means that a plan agrees with an oracle: within the gap that was asked for, never below it, and its bound never above it.</summary>
internal static class Agreement
{
    public static void Expect(Plan plan, double least, PlacementProblem problem, double oracleError = 1e-9)
    {
        // The second stage may give up another gap's worth to spread money better.
        var gap = 2 * problem.GapBasisPoints * 1e-4 * (double)plan.TotalValue;
        ((double)plan.Objective).ShouldBeInRange(least - oracleError, least + gap + oracleError);
        ((double)plan.Bound!.Value).ShouldBeLessThanOrEqualTo(least + oracleError);
    }
}
