using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Placement too large for the exact model: search for a plan, prove how far it can be from the best, spread the money. What the search finds is
/// recorded like an answer of the solver, so that a plan is rebuilt from the journal without searching.
/// </summary>
internal static class SearchPlacement
{
    private const decimal BasisPoint = 0.0001m;
    private const decimal RoundingShareOfGap = 0.1m;

    /// <summary>More trades than this are searched for; fewer are solved exactly.</summary>
    public const int MostTradesSolvedExactly = 80;

    public static PlanDraft Place(Portfolio portfolio, SolverSession session)
    {
        var run = new Lazy<SearchRun>(() => new SearchRun(portfolio, session));
        return portfolio.Problem.Objective == PlacementObjective.FewestTrades ? Fewest(portfolio, session, run) : Best(portfolio, session, run);
    }

    private static PlanDraft Fewest(Portfolio portfolio, SolverSession session, Lazy<SearchRun> run)
    {
        var found = session.Search(() => run.Value.FindFewest());
        if (found.Status == MilpStatus.Infeasible)
        {
            return TrackingInstead.Of(portfolio, session, "the search found no plan that brings every weight within the band; this is the tracking plan instead");
        }

        var evaluation = new Evaluation(portfolio, Rounding.Round(portfolio, found.Values));
        var isLeast = evaluation.Sizes.Count <= found.Bound;
        return new PlanDraft(evaluation, isLeast ? PlanStatus.Optimal : PlanStatus.Feasible)
        {
            TradesBound = (int)found.Bound,
            StoppedBy = session.StoppedByClock ? MilpStop.Clock : isLeast ? MilpStop.Gap : MilpStop.Work,
            Warnings = found.Search?.Warnings ?? [],
        };
    }

    private static PlanDraft Best(Portfolio portfolio, SolverSession session, Lazy<SearchRun> run)
    {
        var first = session.Search(() => run.Value.FindBest());
        var best = new Evaluation(portfolio, Rounding.Round(portfolio, first.Values));
        var gap = (decimal)portfolio.Problem.GapBasisPoints * BasisPoint * portfolio.TotalValue;
        var slack = gap + OneShare.Of(portfolio, best.Sizes);
        var second = session.Search(() => run.Value.Spread((double)slack));
        var spread = new Evaluation(portfolio, Rounding.Round(portfolio, second.Values));
        var total = best.Objective + best.Location;
        var chosen = spread.Objective + spread.Location <= total + slack + (gap * RoundingShareOfGap) ? spread : best;
        var lowest = double.IsFinite(first.Bound) ? Math.Min(total, (decimal)first.Bound) : (decimal?)null;
        var isOptimal = total - lowest <= gap;
        return new PlanDraft(chosen, isOptimal ? PlanStatus.Optimal : PlanStatus.Feasible)
        {
            // The bound is on the whole objective; what is shown leaves the preference cost of locations out of both.
            Bound = lowest is { } proven ? Math.Min(chosen.Objective, proven - chosen.Location) : null,
            StoppedBy = session.StoppedByClock ? MilpStop.Clock : isOptimal ? MilpStop.Gap : MilpStop.Work,
            Warnings = first.Search?.Warnings ?? [],
        };
    }
}
