using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>A plan before it is written out: the trades and what is known about how good they are. The bound is in base currency.</summary>
internal sealed record PlanDraft(Evaluation Evaluation, PlanStatus Status)
{
    public MilpStop? StoppedBy { get; init; }

    public decimal? Bound { get; init; }

    public int? TradesBound { get; init; }

    public bool Fallback { get; init; }

    public PlacementObjective? FallbackObjective { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public static PlanDraft Nothing(Portfolio portfolio, IReadOnlyList<string> warnings)
    {
        var evaluation = new Evaluation(portfolio, new TradeSizes(portfolio.Options.Count));
        return new PlanDraft(evaluation, PlanStatus.Optimal) { Bound = evaluation.Objective, StoppedBy = MilpStop.Gap, Warnings = warnings };
    }

    public static PlanDraft Simple(Portfolio portfolio, bool fallback, IReadOnlyList<string> warnings) =>
        new(new Evaluation(portfolio, SimplePlacement.Place(portfolio)), PlanStatus.Feasible) { Fallback = fallback, Warnings = warnings };
}
