using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>
/// The search on problems that are small enough to try everything: it is meant for large ones, but here its plans can be held to every rule and its
/// bound to the truth.
/// </summary>
public sealed class SearchOracleTests(SolverFixture fixture, ITestOutputHelper output)
{
    /// <summary>A search takes as long as many exact solves of these sizes.</summary>
    private static int Problems => RuleOracleTests.Problems / 40;

    [Fact]
    public void Search_UnderAnyMixOfRules_KeepsThemAllAndBoundsWhatIsPossible()
    {
        var (failures, tried, total) = (new List<string>(), 0, 0m);
        for (var seed = 50_000; tried < Problems; seed++)
        {
            var (problem, rules) = RuleMix.Create(seed);
            var oracle = new ExhaustiveOracle(problem);
            if (problem.Objective == PlacementObjective.FewestTrades || new Ledger(problem).Value <= 0 || oracle.Best(out _) is not { } best)
            {
                continue;
            }

            tried++;
            var plan = Search(problem);
            var verdict = oracle.Judge(plan);
            var fault = PlanChecker.Check(problem, plan) is [var broken, ..] ? broken
                : verdict is null ? "the oracle finds a broken rule"
                : verdict.Objective != plan.Objective && Math.Abs(verdict.Objective - plan.Objective) > 1e-12m ? $"objective {plan.Objective}, by the oracle {verdict.Objective}"
                : best.CashShortfall + best.CapExcess == 0 && plan.Bound > best.Value - verdict.Value + verdict.Objective + (plan.TotalValue * 1e-9m) ? $"bound {plan.Bound} above the best {best.Value}"
                : null;
            if (fault is not null)
            {
                failures.Add($"seed {seed}: {fault}; {string.Join(", ", rules)}");
            }

            total += verdict is null ? 0 : (verdict.Value - best.Value) / plan.TotalValue * 10_000;
        }

        output.WriteLine($"{tried} problems, on average {total / tried:F3} basis points of value above the best");
        string.Join('\n', failures).ShouldBeEmpty();
    }

    private Plan Search(PlacementProblem problem)
    {
        var portfolio = new Portfolio(problem);
        return PlanWriter.Write(portfolio, SearchPlacement.Place(portfolio, new SolverSession(fixture.Solver, problem.TimeLimitSeconds)));
    }
}
