using System.Diagnostics;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Bench.Placement;

/// <summary>Plans of seeded portfolios: time, objective and gap, with a warm process; the medians of every size after its rows.</summary>
internal static class PlacementBench
{
    /// <summary>The sizes the program is judged by, with the seconds a plan may take.</summary>
    public static readonly (int Accounts, int Assets, double Seconds)[] Sizes =
        [(5, 20, 0.2), (10, 30, 1), (20, 50, 3), (50, 50, 3), (100, 100, 4), (1000, 50, 60)];

    private const double BasisPoints = 10_000;
    private const double FirstPlanSeconds = 0.1;
    private const int WarmingPlans = 20;

    public static async IAsyncEnumerable<object> RunAsync(BenchOptions options)
    {
        using var solver = new HighsSolver(TimeProvider.System);
        WarmUp(solver);
        foreach (var (accounts, assets, seconds) in Chosen(options))
        {
            var rows = new List<PlacementRow>();
            for (var seed = 1; seed <= options.Seeds; seed++)
            {
                rows.Add(Measure(solver, accounts, assets, seed, seconds, options.WashSaleDays));
                yield return rows[^1];
                await Task.Yield();
            }

            yield return PlacementMedian.Of(rows);
        }
    }

    /// <summary>The sizes asked for with their time limits; one that is not in the table gets as much as the largest.</summary>
    public static IEnumerable<(int Accounts, int Assets, double Seconds)> Chosen(BenchOptions options) =>
        (options.Sizes.Count == 0 ? Sizes.Select(size => (size.Accounts, size.Assets)) : options.Sizes).Select(size => (size.Accounts, size.Assets,
            options.Seconds ?? Sizes.FirstOrDefault(known => (known.Accounts, known.Assets) == size, Sizes[^1]).Seconds));

    /// <summary>The first plans of a process pay for compiling it and the solver; a service has long done so.</summary>
    private static void WarmUp(HighsSolver solver)
    {
        solver.WarmUp();
        for (var seed = 101; seed <= 100 + WarmingPlans; seed++)
        {
            Planner.Plan(PortfolioInstance.Create(5, 20, seed) with { TimeLimitSeconds = Sizes[0].Seconds, GapBasisPoints = 0 }, solver);
        }
    }

    private static PlacementRow Measure(HighsSolver solver, int accounts, int assets, int seed, double seconds, int washSaleDays)
    {
        // The best plan is asked for: a gap that is allowed is used up, by ending early and by spreading the money.
        var problem = PortfolioInstance.Create(accounts, assets, seed, washSaleDays) with { TimeLimitSeconds = seconds, GapBasisPoints = 0 };
        var (plan, milliseconds) = Timed(problem, solver);
        var (_, firstMilliseconds) = Timed(problem with { TimeLimitSeconds = FirstPlanSeconds }, solver);
        var known = KnownResults.Find(accounts, assets, seed, washSaleDays);
        var (value, objective) = ((double)plan.TotalValue, (double)plan.Objective);
        double? Gap(double? bound) => bound is null ? null : (objective - bound) / value * BasisPoints;
        return new PlacementRow(
            "placement", accounts, assets, seed, value, plan.Trades.Count, milliseconds, firstMilliseconds, objective, (double?)plan.Bound, plan.GapBasisPoints,
            known?.Bound, Gap(known?.Bound), known?.Objective, Gap(known?.Objective), SolverMemory.PeakMebibytes());
    }

    private static (Plan Plan, double Milliseconds) Timed(PlacementProblem problem, HighsSolver solver)
    {
        var started = Stopwatch.GetTimestamp();
        var plan = Planner.Plan(problem, solver).Plan;
        return (plan, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}
