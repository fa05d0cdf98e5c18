using System.Diagnostics;
using System.Globalization;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Explanation;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Stages;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Bench.Placement;

/// <summary>
/// What explaining costs, apart from planning: what every plan says (pairs left alone, transfers), and what <c>--explain</c> and the journal add.
/// The trades are those that placement finds.
/// </summary>
internal static class ExplanationBench
{
    private const int Repetitions = 8;
    private const double BackstopSeconds = 60;
    private static readonly (int Accounts, int Assets)[] Usual = [(10, 30), (100, 100)];

    public static async IAsyncEnumerable<object> RunAsync(BenchOptions options)
    {
        using var solver = new HighsSolver(TimeProvider.System);
        solver.WarmUp();
        foreach (var (accounts, assets) in options.Sizes.Count == 0 ? Usual : options.Sizes)
        {
            var problem = PortfolioInstance.Create(accounts, assets, seed: 1);
            var portfolio = new Portfolio(problem);
            var sizes = SizesOf(portfolio, Planner.Plan(problem, solver).Plan);
            var draft = new PlanDraft(new Evaluation(portfolio, sizes), PlanStatus.Feasible);
            var (always, asked) = (double.MaxValue, double.MaxValue);
            for (var repetition = 0; repetition < Repetitions; repetition++)
            {
                always = Math.Min(always, Milliseconds(() => PlanWriter.Write(portfolio, draft)));
                asked = Math.Min(asked, Milliseconds(() =>
                    PlanWriter.Write(portfolio, draft, (state, judged) => Explainer.Explain(state, judged, new SolverSession(solver, BackstopSeconds)))));
            }

            var size = string.Create(CultureInfo.InvariantCulture, $"{accounts}x{assets}, {sizes.Count} trades");
            yield return new BenchRow($"explanation {size}, always", always, "ms");
            yield return new BenchRow($"explanation {size}, with --explain", asked, "ms");
            await Task.Yield();
        }
    }

    private static TradeSizes SizesOf(Portfolio portfolio, Plan plan)
    {
        var options = portfolio.Options.ToDictionary(option => (option.Account, option.Asset, option.Quote));
        var sizes = new TradeSizes(portfolio.Options.Count);
        foreach (var trade in plan.Trades)
        {
            var option = options[(trade.Account, trade.Asset, trade.Quote)];
            (trade.Side == TradeSide.Buy ? sizes.Buys : sizes.Sells)[option.Index] = trade.Quantity / option.Lot;
        }

        return sizes;
    }

    private static double Milliseconds(Func<object> work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
