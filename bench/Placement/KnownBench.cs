using System.Diagnostics;
using System.Globalization;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Exact;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Bench.Placement;

/// <summary>
/// Long runs that find how good plans of the bench's portfolios can be: annealing, improving part by part, a long climb of the Lagrangian bound where
/// the program climbs too, and branching until the time is used up or the gap is as good as closed. The results are kept in known.json, for the gaps that <see cref="PlacementBench"/> shows.
/// </summary>
internal static class KnownBench
{
    private const double Seconds = 120;
    private const double ShareForMoves = 0.1;
    private const double ShareForParts = 0.3;
    private const double ShareForBound = 0.3;
    private const int MostSteps = 10_000;
    private const double MovesInSecond = 400_000;
    private const double PartsWorkInSecond = 800_000;
    private const double BoundTradesInSecond = 1_500_000;
    private const int Iterations = 1_000;
    private const double ClosedInBasisPoints = 1e-5;
    private const double BasisPoints = 10_000;

    public static async IAsyncEnumerable<object> RunAsync(BenchOptions options)
    {
        using var solver = new HighsSolver(TimeProvider.System);
        foreach (var (accounts, assets, _) in PlacementBench.Chosen(options with { Seconds = null }))
        {
            for (var seed = 1; seed <= options.Seeds; seed++)
            {
                var portfolio = new Portfolio(PortfolioInstance.Create(accounts, assets, seed, options.WashSaleDays));
                var (objective, bound, how) = Best(portfolio, new SolverSession(solver, options.Seconds ?? Seconds), options.Seconds ?? Seconds);
                yield return KnownResults.Store(new KnownResult(accounts, assets, seed, options.WashSaleDays, objective, bound, how));
                await Task.Yield();
            }
        }
    }

    private static (double Objective, double Bound, string How) Best(Portfolio portfolio, SolverSession session, double seconds)
    {
        var problem = SearchProblem.Of(portfolio);
        var trades = Math.Max(1, problem.TradeCount);
        var moves = (long)(seconds * ShareForMoves * MovesInSecond);
        var steps = SearchEffort.ForBest(ProblemSize.Of(problem), seconds).IsBranchedAlone ? 0 : (int)Math.Min(MostSteps, seconds * ShareForBound * BoundTradesInSecond / trades);
        var effort = new SearchEffort(Iterations, moves, 0, 1, 0) { PartsWork = (long)(seconds * ShareForParts * PartsWorkInSecond) };
        var found = new SearchRun(problem, session, effort).FindBest(0);
        var state = new SearchState(problem);
        state.Load(found.Values);
        var relaxation = new LinearRelaxation(problem);
        relaxation.Solve(Iterations);
        var start = Multipliers.At(problem, relaxation.Prices());
        var climbed = steps > 0 ? PlacementBound.Prove(problem, found.Objective, start, steps, isRestored: true) : null;
        var closed = new BranchAndBound(problem, state, ClosedInBasisPoints * (double)portfolio.TotalValue / BasisPoints, isSplit: climbed is not null)
            .Run(climbed?.Multipliers ?? start, int.MaxValue, new Clock(seconds * (1 - ShareForMoves - ShareForParts - (climbed is null ? 0 : ShareForBound))));
        var bound = Math.Max(closed.Bound, climbed?.Value ?? double.NegativeInfinity);
        return (Math.Min(closed.Objective, found.Objective), bound, string.Create(CultureInfo.InvariantCulture,
            $"{steps} steps of the Lagrangian bound{(closed.Bound == bound ? " and branching" : "")} in {seconds:0} s at most, {moves} moves of annealing, {effort.PartsWork} trades looked at in parts"));
    }

    /// <summary>Time of the processor, so that a run on a busy machine does as much as on an idle one.</summary>
    private sealed class Clock(double seconds) : IDeadline
    {
        private readonly TimeSpan _started = Used();

        public double SecondsLeft => seconds - (Used() - _started).TotalSeconds;

        public bool HasPassed => SecondsLeft < 0;

        private static TimeSpan Used()
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }
}
