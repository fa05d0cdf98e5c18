using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;
using Rebalancer.Placement.Tests.Bounds;

namespace Rebalancer.Placement.Tests.Search;

public sealed class TightProblemsTests(SolverFixture fixture)
{
    // Of 1,500: prices without end in the first ones, a bound above the best plan in the last one.
    private static readonly int[] Found = [233, 277, 293, 359, 707, 964, 1318, 1473];

    [Fact]
    public void FindBest_WhereRulesCannotAllBeKept_IsNeverBelowTheBestPlanNorItsBoundAbove()
    {
        var (compared, shortOfRules) = (0, 0);
        foreach (var seed in Enumerable.Range(0, 100).Concat(Found))
        {
            var portfolio = new Portfolio(TightProblems.Create(seed));
            if (portfolio.TotalValue <= 0 || Optimum(portfolio) is not { } optimum)
            {
                continue;
            }

            var error = 1e-9 * (double)portfolio.TotalValue;
            var problem = SearchProblem.Of(portfolio);
            var found = new SearchRun(problem, new SolverSession(fixture.Solver, 5), SearchEffort.ForBest(ProblemSize.Of(problem), 0.1)).FindBest(error);

            found.Bound.ShouldBeInRange(-(double)portfolio.TotalValue, optimum + error, $"seed {seed}");
            found.Objective.ShouldBeGreaterThanOrEqualTo(optimum - (1_000 * error), $"seed {seed}");
            compared++;
            shortOfRules += found.Search!.Warnings.Count > 0 ? 1 : 0;
        }

        compared.ShouldBeGreaterThan(80);
        shortOfRules.ShouldBeGreaterThan(60);
    }

    /// <summary>Prices of rows that cannot be kept together once grew without end: to bounds of −1e70, where even the decimal overflowed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(233)]
    [InlineData(277)]
    [InlineData(439)]
    [InlineData(777)]
    [InlineData(962)]
    public void Plan_OfALargePortfolioWithSuchRules_IsValidAndItsGapIsOfThisWorld(int seed) =>
        Planner.Plan(TightProblems.CreateLarge(seed), fixture.Solver).Plan.GapBasisPoints.ShouldBeLessThan(100);

    /// <summary>What one account sells may not buy in another: the checker refused such plans.</summary>
    [Theory]
    [InlineData(90)]
    [InlineData(161)]
    [InlineData(466)]
    public void Plan_WhereTheCommonReserveStaysShort_BuysNothingAnywhere(int seed)
    {
        var problem = CappedProblems.Of(BoundProblems.Create(seed), seed, unsellable: 0.3);
        problem = problem with { CashReserve = Math.Round(new Portfolio(problem).TotalValue * 0.4m), TimeLimitSeconds = 0.1 };
        var portfolio = new Portfolio(problem);

        foreach (var plan in new[] { Planner.Plan(problem, fixture.Solver).Plan, PlanWriter.Write(portfolio, SearchPlacement.Place(portfolio, new SolverSession(fixture.Solver, 5))) })
        {
            PlanChecker.Check(problem, plan).ShouldBeEmpty();
            plan.Trades.ShouldAllBe(trade => trade.Side == TradeSide.Sell || portfolio.IsFreeCash(trade.Asset));
        }
    }

    /// <summary>The best objective by the exact model; null where it is not proven.</summary>
    private double? Optimum(Portfolio portfolio)
    {
        var (model, session) = (new PlacementModel(portfolio), new SolverSession(fixture.Solver, 60));
        StageZero.Restore(model, session);
        var outcome = StageOne.Minimise(model, session, 1e-7);
        return outcome is { IsProven: true, Values: { } values } ? model.Scale.Money(model.Objective.At(values)) : null;
    }
}
