using System.Diagnostics;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Bench.Placement;

/// <param name="Solver">HiGHS as the program carries it, or CBC where it is installed.</param>
/// <param name="Objective">Of the plan found within the limit; null where there is none. The plan is not rounded to lots of 8 decimals.</param>
internal sealed record MonolithicRow(
    string Bench, string Solver, int Accounts, int Assets, int Seed, double Seconds, double Milliseconds, double? Objective, double? Bound, double? Gap);

/// <summary>The full model given whole to a solver, with the time limit of the size and with a minute: what the program is compared with.</summary>
internal static class MonolithicBench
{
    private const double LongSeconds = 60;
    private const double AbsoluteGap = 1e-6;
    private const double BasisPoints = 10_000;

    public static async IAsyncEnumerable<object> RunAsync(BenchOptions options)
    {
        using var highs = new HighsSolver(TimeProvider.System);
        highs.WarmUp();
        foreach (var (accounts, assets, seconds) in PlacementBench.Chosen(options))
        {
            for (var seed = 1; seed <= options.Seeds; seed++)
            {
                var model = new PlacementModel(new Portfolio(PortfolioInstance.Create(accounts, assets, seed, options.WashSaleDays)));
                var problem = model.Linear.ToProblem(model.Objective, null);
                foreach (var limit in options.Seconds is null ? [seconds, LongSeconds] : new[] { seconds })
                {
                    yield return Row("highs", accounts, assets, seed, limit, model, Highs(highs, problem, limit));
                    if (CbcSolver.IsInstalled)
                    {
                        yield return Row("cbc", accounts, assets, seed, limit, model, await CbcSolver.SolveAsync(problem, limit));
                    }
                }
            }
        }
    }

    private static (double? Objective, double? Bound, double Milliseconds) Highs(HighsSolver solver, MilpProblem problem, double seconds)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = solver.Solve(problem, new MilpLimits(int.MaxValue, AbsoluteGap, seconds));
        return (answer.Values.Length > 0 ? answer.Objective : null, double.IsFinite(answer.Bound) ? answer.Bound : null, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static MonolithicRow Row(
        string solver, int accounts, int assets, int seed, double seconds, PlacementModel model, (double? Objective, double? Bound, double Milliseconds) answer)
    {
        double? Money(double? scaled) => scaled is { } amount ? model.Scale.Money(amount) : null;
        var (objective, bound) = (Money(answer.Objective), Money(answer.Bound));
        return new MonolithicRow(
            "placement-monolithic", solver, accounts, assets, seed, seconds, answer.Milliseconds, objective, bound,
            (objective - bound) / (double)model.Portfolio.TotalValue * BasisPoints);
    }
}
