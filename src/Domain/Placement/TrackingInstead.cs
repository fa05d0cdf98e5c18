using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement;

/// <summary>What stands in, announced, where no plan with the fewest trades brings every weight within the band.</summary>
internal static class TrackingInstead
{
    public static PlanDraft Of(Portfolio portfolio, SolverSession session, string why)
    {
        var tracking = new Portfolio(portfolio.Problem with { Objective = PlacementObjective.Tracking });
        var draft = SolverPlacement.Place(tracking, session);
        return draft with
        {
            Status = PlanStatus.Infeasible,
            FallbackObjective = PlacementObjective.Tracking,
            Warnings = [.. draft.Warnings, why],
        };
    }
}
