using Rebalancer.Domain.Placement.Model;

namespace Rebalancer.Domain.Placement.Stages;

/// <summary>Minimises deviation, cost, tax and orders together.</summary>
internal static class StageOne
{
    private const int Nodes = 200_000;

    public static StageOutcome Minimise(PlacementModel model, SolverSession session, double gap)
    {
        var answer = session.Solve(model.Linear.ToProblem(model.Objective, null), Nodes, gap);
        return new StageOutcome(answer.Values.Length > 0 ? answer.Values : null, answer.Bound, null, answer.Status == MilpStatus.Optimal, answer.Stop);
    }
}
