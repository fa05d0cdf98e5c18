using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement;

/// <summary>Runs the stages one after another: restore cash, find the best plan, spread the money.</summary>
internal static class SolverPlacement
{
    private const decimal BasisPoint = 0.0001m;

    // The solver stops at half the gap that is asked for; the other half is left to rounding.
    private const double ShareOfGap = 0.5;
    private const decimal RoundingShareOfGap = 0.1m;

    // What branch and bound leaves open in less time, the solver does not close either.
    private const double LeastSecondsForSolver = 1;

    // What the solver's own arithmetic may be off by, in scaled units and relative; the bound is lowered by it.
    private const double AbsoluteBoundError = 1e-7;
    private const double RelativeBoundError = 1e-9;

    public static PlanDraft Place(Portfolio portfolio, SolverSession session)
    {
        if (session.RecordedSearch ?? IsSearched(portfolio))
        {
            return SearchPlacement.Place(portfolio, session);
        }

        // Most small problems close without a solver. A recorded plan tells by its answers which way it went.
        var closing = session.RecordedSearch is null && CanBeClosed(portfolio) ? SearchPlacement.Close(portfolio, session) : null;
        if (closing is { Outcome: { } outcome } && (closing.IsClosed || portfolio.Problem.TimeLimitSeconds < LeastSecondsForSolver))
        {
            return outcome();
        }

        PlanDraft Searched() => closing?.Outcome?.Invoke() ?? SearchPlacement.Place(portfolio, session);
        try
        {
            return PlaceExactly(portfolio, session, Searched);
        }
        catch (UnsolvedException)
        {
            return Searched();
        }
    }

    private static bool CanBeClosed(Portfolio portfolio) => portfolio.Options.Count > 0 && portfolio.Problem.Objective != PlacementObjective.FewestTrades;

    private static PlanDraft PlaceExactly(Portfolio portfolio, SolverSession session, Func<PlanDraft> searched)
    {
        var problem = portfolio.Problem;
        var model = new PlacementModel(portfolio);
        if (model.Linear.ColumnCount == 0)
        {
            // Neither targets nor holdings nor a market that is open: there is nothing to ask a solver.
            return PlanDraft.Nothing(portfolio, []);
        }

        var warnings = StageZero.Restore(model, session);
        var gap = (decimal)problem.GapBasisPoints * BasisPoint * portfolio.TotalValue;
        var solverGap = model.Scale.Scaled(gap) * ShareOfGap;
        if (problem.Objective == PlacementObjective.FewestTrades)
        {
            var fewest = FewestTrades.Minimise(model, session, solverGap);
            if (fewest.Values is not null)
            {
                return OfFewest(model, session, fewest, warnings);
            }

            var none = fewest.Stop == MilpStop.Gap ? "no plan" : "no plan that was found within the limits";
            return TrackingInstead.Of(portfolio, session, $"{none} brings every weight within the band; this is the tracking plan instead");
        }

        var first = StageOne.Minimise(model, session, solverGap);
        if (!first.IsProven && session.RecordedSearch is not false)
        {
            return BetterOf(model, first, searched());
        }

        if (first.Values is null)
        {
            // Journals from before the search may say that the limits ended the solver.
            var words = first.Stop == MilpStop.Gap ? "no plan keeps all the rules; look at gainBudget and caps" : "the solver found no plan within its limits";
            return PlanDraft.Nothing(portfolio, [.. warnings, words]) with { Status = PlanStatus.Infeasible, StoppedBy = first.Stop, Bound = null };
        }

        return OfTracking(model, session, first, gap, warnings);
    }

    /// <summary>Where the limits ended the exact model, the search may have the better plan and either of them the better bound.</summary>
    private static PlanDraft BetterOf(PlacementModel model, StageOutcome first, PlanDraft searched)
    {
        var exact = first.Values is null ? null : new Evaluation(model.Portfolio, Rounding.Round(model, first.Values));
        var isBetter = exact is not null && exact.Objective + exact.Location < searched.Evaluation.Objective + searched.Evaluation.Location;
        var chosen = isBetter ? exact! : searched.Evaluation;
        var proven = searched.Bound + searched.Evaluation.Location;
        if (first.Bound is { } value && LoweredBound(model, value) is { } bound && bound > (proven ?? decimal.MinValue))
        {
            proven = bound;
        }

        // The better bound of one may prove the better plan of the other.
        var gap = (decimal)model.Portfolio.Problem.GapBasisPoints * BasisPoint * model.Portfolio.TotalValue;
        var isProven = searched.Status == PlanStatus.Optimal || chosen.Objective + chosen.Location - proven <= gap;
        return searched with
        {
            Evaluation = chosen,
            Status = isProven ? PlanStatus.Optimal : PlanStatus.Feasible,
            StoppedBy = isProven && searched.StoppedBy != MilpStop.Clock ? MilpStop.Gap : searched.StoppedBy,
            Bound = proven is { } lowest ? Math.Min(chosen.Objective, lowest - chosen.Location) : null,
        };
    }

    private static bool IsSearched(Portfolio portfolio) => portfolio.Options.Count > SearchPlacement.MostTradesSolvedExactly;

    private static PlanDraft OfTracking(PlacementModel model, SolverSession session, StageOutcome first, decimal gap, IReadOnlyList<string> warnings)
    {
        var portfolio = model.Portfolio;
        var best = new Evaluation(portfolio, Rounding.Round(model, first.Values!));
        var slack = gap + OneShare.Of(portfolio, best.Sizes);
        var spread = StageTwo.Spread(model, session, first.Values!, model.Scale.Scaled(slack));
        var second = ReferenceEquals(spread, first.Values) ? best : new Evaluation(portfolio, Rounding.Round(model, spread));
        var total = best.Objective + best.Location;
        var chosen = second.Objective + second.Location <= total + slack + (gap * RoundingShareOfGap) ? second : best;

        // Rounding may cost the first plan more than the second; what is proven, the better of them shows.
        var least = Math.Min(total, second.Objective + second.Location);
        var lowest = LoweredBound(model, first.Bound!.Value) is { } bound ? Math.Min(least, bound) : (decimal?)null;
        var isOptimal = least - lowest <= gap;
        return new PlanDraft(chosen, isOptimal ? PlanStatus.Optimal : PlanStatus.Feasible)
        {
            // The bound is on the whole objective; what is shown leaves the preference cost of locations out of both.
            Bound = lowest is { } proven ? Math.Min(chosen.Objective, proven - chosen.Location) : null,
            StoppedBy = session.StoppedByClock ? MilpStop.Clock : isOptimal ? MilpStop.Gap : first.Stop,
            Warnings = warnings,
        };
    }

    private static PlanDraft OfFewest(PlacementModel model, SolverSession session, StageOutcome outcome, IReadOnlyList<string> warnings)
    {
        var evaluation = new Evaluation(model.Portfolio, Rounding.Round(model, outcome.Values!));
        return new PlanDraft(evaluation, outcome.IsProven && evaluation.Sizes.Count <= outcome.TradesBound ? PlanStatus.Optimal : PlanStatus.Feasible)
        {
            TradesBound = outcome.TradesBound,
            StoppedBy = session.StoppedByClock ? MilpStop.Clock : outcome.Stop,
            Warnings = warnings,
        };
    }

    /// <summary>The solver's bound in base currency, rounded outward; null where it has none.</summary>
    private static decimal? LoweredBound(PlacementModel model, double bound) =>
        double.IsFinite(bound) ? (decimal)model.Scale.Money(bound - AbsoluteBoundError - (Math.Abs(bound) * RelativeBoundError)) : null;
}
