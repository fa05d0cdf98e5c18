using Rebalancer.Domain.Placement;

namespace Rebalancer.Simulation.World;

/// <summary>
/// The solver with limits of work alone: a plan that the machine's clock cut short would be another one tomorrow, and in the other process.
/// </summary>
internal sealed class WorkLimitedSolver(IMilpSolver inner) : IMilpSolver
{
    /// <summary>Met by a dead solver only.</summary>
    private const double BackstopSeconds = 3_600;

    /// <summary>What ended a solve, other than its work; null while nothing has.</summary>
    public string? Trouble { get; private set; }

    public MilpSolution Solve(MilpProblem problem, MilpLimits limits)
    {
        try
        {
            var answer = inner.Solve(problem, limits with { BackstopSeconds = BackstopSeconds });
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
