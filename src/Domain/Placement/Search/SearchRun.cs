using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Exact;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// One search: restore, relax, start, anneal, improve part by part, prove; then, asked again, spread. Each step begins with the valid plan of the
/// one before.
/// </summary>
/// <param name="original">The whole placement, with what is broken before any trade.</param>
internal sealed class SearchRun(SearchProblem original, SolverSession session, SearchEffort effort)
{
    private const double HottestInOrders = 0.1;
    private const double ColdestInOrders = 0.015;
    private const double HottestOrders = 0.3;
    private const double ColdestOrders = 0.03;
    private const ulong Seed = 1;

    // Of more than a few trades, those that cost more beside the relaxation's plan than this share of a deviation are no candidates of a neighbourhood.
    private const double DearInDeviation = 0.005;

    private SearchState? _state;

    /// <summary>The plan with the least objective that is met, and what no plan can be below.</summary>
    /// <param name="tolerance">A plan that is better by no more than this is not looked for; base currency.</param>
    public MilpSolution FindBest(double tolerance)
    {
        var ((problem, warnings, isOfEveryPlan), restored) = Restore();
        var relaxation = Relax(problem);
        var (state, start) = (Start(problem, restored, relaxation.SideValues()), Multipliers.At(problem, relaxation.Prices()));
        var firstBound = isOfEveryPlan && state.KeepsAllRules() ? BoundAt(problem, start) : double.NegativeInfinity;
        if (state.Objective - firstBound <= tolerance)
        {
            // Nothing is worth a trade, or the gap that is allowed is wide: there is nothing to search for.
            return Settled(state, firstBound, warnings);
        }

        AnnealInOrders(state, relaxation.Prices());
        if (double.IsFinite(firstBound) && (effort is { BoundSteps: 0, Nodes: 0 } || session.Deadline is { HasPassed: true }))
        {
            return Settled(state, firstBound, warnings);
        }

        var keepsRules = isOfEveryPlan && state.KeepsAllRules();
        if (keepsRules)
        {
            new NeighbourhoodSearch(state, relaxation.Prices(), Candidates(problem, relaxation), Seed).Run(effort.PartsWork, session.Deadline);
        }

        return effort.Nodes > 0 && keepsRules
            ? Branch(state, start, tolerance, warnings)
            : Settled(state, PlacementBound.Prove(isOfEveryPlan ? problem : original, state.Objective, start, effort.BoundSteps, isOfEveryPlan, session.Deadline).Value, warnings);
    }

    /// <summary>The best plan and what no plan is below, by branch and bound; null where a rule is broken that the cheapest trades do not restore.</summary>
    /// <param name="tolerance">A plan that is better by no more than this is not looked for; base currency.</param>
    public MilpSolution? FindClosed(double tolerance)
    {
        var plan = new SearchState(original);
        var (problem, _, isOfEveryPlan) = new Restoration(plan).RestoreByCheapest();
        if (!isOfEveryPlan)
        {
            return null;
        }

        var relaxation = Relax(problem);
        var state = Start(problem, plan.Value, relaxation.SideValues());
        AnnealInOrders(state, relaxation.Prices());
        if (!state.KeepsAllRules())
        {
            return null;
        }

        var closed = new BranchAndBound(problem, state, tolerance).Run(Multipliers.At(problem, relaxation.Prices()), effort.Nodes, session.Deadline);
        state.Load(closed.Values);
        return Settled(state, closed.Bound, []);
    }

    /// <summary>The plan with the fewest orders that is met, with the number that no plan is below; infeasible where none within the band is met.</summary>
    public MilpSolution FindFewest()
    {
        var ((problem, warnings, _), restored) = Restore();
        var fewest = FewestTradesSearch.Of(problem);
        var relaxation = Relax(fewest);
        var state = Start(fewest, restored, relaxation.SideValues());
        Anneal(state, relaxation.Prices(), HottestOrders, ColdestOrders);
        var answer = Answer(state, FewestTradesSearch.LeastOrders(original.Portfolio, original), warnings);
        return FewestTradesSearch.IsWithinBand(state) ? answer : answer with { Status = MilpStatus.Infeasible };
    }

    public MilpSolution Spread(double slack)
    {
        var state = _state ?? throw new InvalidOperationException("there is no plan to spread yet");
        new Spreading(state, Seed).Run(effort.SpreadingMoves, slack, session.Deadline);
        new Trimming(state).Trim();
        return Answer(state, double.NegativeInfinity, []);
    }

    private (RestoredProblem Problem, double[] Values) Restore()
    {
        var state = new SearchState(original);
        return (new Restoration(state).Restore(session), state.Value);
    }

    private LinearRelaxation Relax(SearchProblem problem)
    {
        var relaxation = new LinearRelaxation(problem);
        relaxation.Solve(effort.RelaxationIterations);
        return relaxation;
    }

    /// <summary>The bound that prices prove as they are.</summary>
    private static double BoundAt(SearchProblem problem, Multipliers prices) =>
        new LagrangianRelaxation(problem, TradeRanges.Of(problem, isRestored: true), isRestored: true, isSplit: false).Bound(prices, LagrangianRelaxation.UsualNodes);

    /// <summary>Anneals at temperatures measured in the cost of an order, and of the deviation that a lot too much or too little leaves.</summary>
    private void AnnealInOrders(SearchState state, RoomPrices prices)
    {
        var order = TypicalOrderCost(state.Problem);
        Anneal(state, prices, HottestInOrders * order, ColdestInOrders * order);
    }

    /// <summary>Replaces the plan by the best one that cooling it several times comes by.</summary>
    private void Anneal(SearchState state, RoomPrices prices, double hottest, double coldest)
    {
        var (start, best) = (state.Value.ToArray(), (Objective: double.PositiveInfinity, Values: state.Value.ToArray()));
        foreach (var (run, seed) in AnnealingRun.Of(effort.Moves, state.Problem.TradeCount).Zip(Seeds()))
        {
            state.Load(run.FromBest ? best.Values : start);
            var annealing = new Annealing(state, prices, seed);
            annealing.Run(run.Moves, run.Heat * hottest, coldest, session.Deadline);
            best = annealing.BestObjective < best.Objective ? (annealing.BestObjective, annealing.Best) : best;
        }

        state.Load(best.Values);
        new PointlessTrades(state).Drop();
    }

    /// <summary>Trades that a good plan may have: all where they are few, otherwise those that the relaxation does not find dear.</summary>
    private static bool[] Candidates(SearchProblem problem, LinearRelaxation relaxation) =>
        [.. relaxation.ReducedCosts().Select(cost => problem.TradeCount <= SearchEffort.FewTrades || cost <= DearInDeviation * problem.DeviationWeight)];

    private static IEnumerable<ulong> Seeds()
    {
        for (var seed = Seed; ; seed++)
        {
            yield return seed;
        }
    }

    /// <summary>The better of two starts: the relaxation rounded, and what restoring made; each improved trade by trade.</summary>
    private static SearchState Start(SearchProblem problem, double[] restored, double[] relaxed)
    {
        var plain = new SearchState(problem);
        plain.Load(restored);
        new StartingPlan(plain).Improve();
        var rounded = new SearchState(problem);
        rounded.Load(restored);
        var start = new StartingPlan(rounded);
        start.Round(relaxed);
        start.Improve();
        return rounded.Objective < plain.Objective ? rounded : plain;
    }

    private static double TypicalOrderCost(SearchProblem problem)
    {
        var open = problem.OpenTrades().ToList();
        var sum = open.Sum(trade => problem.Ticket[trade] + (problem.IsWhole[trade] ? problem.DeviationWeight * problem.Lot[trade] / 16 : 0));
        return open.Count > 0 && sum > 0 ? sum / open.Count : 1e-6 * (double)problem.Portfolio.TotalValue;
    }

    private MilpSolution Branch(SearchState state, Multipliers start, double tolerance, IReadOnlyList<string> warnings)
    {
        var problem = state.Problem;
        var climbed = effort.IsBranchedAlone
            ? null
            : PlacementBound.Prove(problem, state.Objective, start, effort.BoundSteps, isRestored: true, session.Deadline);
        if (climbed is not null && session.Deadline is { HasPassed: true })
        {
            return Settled(state, climbed.Value, warnings);
        }

        var closed = new BranchAndBound(problem, state, tolerance, isSplit: climbed is not null).Run(climbed?.Multipliers ?? start, effort.Nodes, session.Deadline);
        state.Load(closed.Values);
        return Settled(state, Math.Max(closed.Bound, climbed?.Value ?? double.NegativeInfinity), warnings);
    }

    private MilpSolution Settled(SearchState state, double bound, IReadOnlyList<string> warnings)
    {
        new PointlessTrades(state).Drop();
        new Trimming(state).Trim();
        _state = state;
        return Answer(state, bound, warnings);
    }

    private MilpSolution Answer(SearchState state, double bound, IReadOnlyList<string> warnings) =>
        new(MilpStatus.Feasible, session.IsCutShort ? MilpStop.Clock : MilpStop.Work, state.Objective, bound, [.. state.Value], [], 0) { Search = new SearchReport(warnings) };
}
