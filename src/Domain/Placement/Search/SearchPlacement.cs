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

    // Closing stops at this share of the gap that is asked for; the rest is left to rounding.
    private const double ShareOfGap = 0.5;

    // A gap this small, in basis points, is the arithmetic's and none of the plan's; no less is asked for, and what small problems are closed to.
    private const decimal NoGap = 1e-6m;

    // Whoever asks for no more accuracy than this, in basis points, wants many plans soon, as a backtest does: small problems are closed to what was asked for.
    private const decimal RoughGap = 0.1m;

    // What is below this proves nothing.
    private const double LowestBound = -1e20;

    /// <summary>More trades than this are searched for; fewer are solved exactly.</summary>
    public const int MostTradesSolvedExactly = 80;

    public static PlanDraft Place(Portfolio portfolio, SolverSession session)
    {
        var isFewest = portfolio.Problem.Objective == PlacementObjective.FewestTrades;
        var run = new Lazy<SearchRun>(() => RunOf(portfolio, session, isFewest ? SearchEffort.ForFewest : SearchEffort.ForBest));
        return isFewest
            ? Fewest(portfolio, session, run)
            : Best(portfolio, session, () => run.Value.FindBest((double)ProvenGapOf(portfolio) * ShareOfGap), slack => run.Value.Spread(slack));
    }

    /// <summary>
    /// Tries to find the best plan of a small problem and to prove it, without a solver. Nothing is recorded until the outcome is asked for.
    /// </summary>
    public static ClosingAttempt Close(Portfolio portfolio, SolverSession session)
    {
        var run = RunOf(portfolio, session, SearchEffort.ToClose);
        var asked = (decimal)portfolio.Problem.GapBasisPoints;
        var found = run.FindClosed((double)Money(portfolio, asked >= RoughGap ? asked : NoGap) * ShareOfGap);
        return new ClosingAttempt(found is not null && found.Objective - found.Bound <= (double)ProvenGapOf(portfolio), found is null ? null : () => Best(portfolio, session, () => found, run.Spread));
    }

    private static SearchRun RunOf(Portfolio portfolio, SolverSession session, Func<ProblemSize, double, SearchEffort> effort)
    {
        var problem = SearchProblem.Of(portfolio);
        return new SearchRun(problem, session, effort(ProblemSize.Of(problem), portfolio.Problem.TimeLimitSeconds));
    }

    private static decimal GapOf(Portfolio portfolio) => Money(portfolio, (decimal)portfolio.Problem.GapBasisPoints);

    private static decimal ProvenGapOf(Portfolio portfolio) => Money(portfolio, Math.Max(NoGap, (decimal)portfolio.Problem.GapBasisPoints));

    private static decimal Money(Portfolio portfolio, decimal basisPoints) => basisPoints * BasisPoint * portfolio.TotalValue;

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

    private static PlanDraft Best(Portfolio portfolio, SolverSession session, Func<MilpSolution> find, Func<double, MilpSolution> spreadWithin)
    {
        var first = session.Search(find);
        var best = new Evaluation(portfolio, Rounding.Round(portfolio, first.Values));
        var gap = GapOf(portfolio);
        var slack = gap + OneShare.Of(portfolio, best.Sizes);
        var second = session.Search(() => spreadWithin((double)slack));
        var spread = new Evaluation(portfolio, Rounding.Round(portfolio, second.Values));
        var total = best.Objective + best.Location;
        var chosen = spread.Objective + spread.Location <= total + slack + (gap * RoundingShareOfGap) ? spread : best;
        var lowest = first.Bound is > LowestBound and < double.PositiveInfinity ? Math.Min(total, (decimal)Math.Min((double)total, first.Bound)) : (decimal?)null;
        var isOptimal = total - lowest <= ProvenGapOf(portfolio);
        return new PlanDraft(chosen, isOptimal ? PlanStatus.Optimal : PlanStatus.Feasible)
        {
            // The bound is on the whole objective; what is shown leaves the preference cost of locations out of both.
            Bound = lowest is { } proven ? Math.Min(chosen.Objective, proven - chosen.Location) : null,
            StoppedBy = session.StoppedByClock ? MilpStop.Clock : isOptimal ? MilpStop.Gap : MilpStop.Work,
            Warnings = first.Search?.Warnings ?? [],
        };
    }
}

/// <param name="IsClosed">The plan is proven to be within the gap that was asked for.</param>
/// <param name="Outcome">Records what was found and drafts the plan; null where there is none.</param>
internal sealed record ClosingAttempt(bool IsClosed, Func<PlanDraft>? Outcome);
