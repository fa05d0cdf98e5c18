using Rebalancer.Domain.Placement;

namespace Rebalancer.Simulation.World;

/// <summary>
/// The solver with limits of work alone: a plan that the machine's clock cut short would be another one tomorrow, and in the other process.
/// </summary>
internal sealed class WorkLimitedSolver(IMilpSolver inner) : IMilpSolver
{
    /// <summary>A plan that needs more branching is taken as it stands then: what plans cost is not the matter here, and some would take hours.</summary>
    private const int MaxNodes = 200;

    /// <summary>Met by a dead solver only.</summary>
    private const double BackstopSeconds = 3_600;

    /// <summary>What ended a solve, other than its work; null while nothing has.</summary>
    public string? Trouble { get; private set; }

    public MilpSolution Solve(MilpProblem problem, MilpLimits limits)
    {
        try
        {
            var answer = inner.Solve(problem, limits with { Nodes = Math.Min(limits.Nodes, MaxNodes), BackstopSeconds = BackstopSeconds });
            if (answer.Stop == MilpStop.Clock)
                Trouble ??= "the clock ended a solve";
            return answer;
        }
        catch (SolverUnavailableException exception)
        {
            Trouble ??= exception.Message;
            throw;
        }
    }
}
