using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// One search: restore, relax, start, anneal, prove; then, asked again, spread. Each step begins with the valid plan of the one before.
/// </summary>
internal sealed class SearchRun(Portfolio portfolio, SolverSession session)
{
    private const int IterationsBetweenRestarts = 100;
    private const double HottestInOrders = 0.1;
    private const double ColdestInOrders = 0.015;
    private const ulong Seed = 1;

    private readonly SearchEffort _effort = SearchEffort.Of(portfolio.Options.Count, portfolio.Problem.TimeLimitSeconds);
    private SearchState? _state;

    public MilpSolution FindBest()
    {
        var original = SearchProblem.Of(portfolio);
        var state = new SearchState(original);
        var restoration = new Restoration(state);
        var (problem, warnings) = restoration.Restore(session);
        var relaxation = new LinearRelaxation(problem);
        relaxation.Solve(_effort.RelaxationIterations, IterationsBetweenRestarts);
        var prices = relaxation.RoomPrices;
        state = Start(problem, state.Value, relaxation.SideValues());
        var annealing = new Annealing(state, prices, Seed);
        var order = TypicalOrderCost(problem);
        annealing.Run(_effort.Moves, HottestInOrders * order, ColdestInOrders * order);
        state.Load(annealing.Best);
        _state = state;
        var start = Multipliers.None(original) with { Resources = prices };
        var bound = PlacementBound.Prove(original, state.Objective, start, _effort.BoundSteps, warnings.Count == 0);
        return Answer(state, bound.Value, warnings);
    }

    public MilpSolution Spread(double slack)
    {
        var state = _state ?? throw new InvalidOperationException("there is no plan to spread yet");
        new Spreading(state, Seed).Run(_effort.SpreadingMoves, slack);
        return Answer(state, double.NegativeInfinity, []);
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

    /// <summary>What the temperatures are measured in: the cost of an order, and of the deviation that a lot too much or too little leaves.</summary>
    private static double TypicalOrderCost(SearchProblem problem)
    {
        var open = Enumerable.Range(0, problem.TradeCount).Where(trade => problem.Most[2 * trade] > 0 || problem.Most[(2 * trade) + 1] > 0).ToList();
        var sum = open.Sum(trade => problem.Ticket[trade] + (problem.IsWhole[trade] ? problem.DeviationWeight * problem.Lot[trade] / 16 : 0));
        return open.Count > 0 && sum > 0 ? sum / open.Count : 1e-6 * (double)problem.Portfolio.TotalValue;
    }

    private static MilpSolution Answer(SearchState state, double bound, IReadOnlyList<string> warnings) =>
        new(MilpStatus.Feasible, MilpStop.Work, state.Objective, bound, [.. state.Value], [], 0) { Search = new SearchReport(warnings) };
}
