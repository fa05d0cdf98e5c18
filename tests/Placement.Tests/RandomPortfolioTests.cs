using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;

namespace Rebalancer.Placement.Tests;

public sealed class RandomPortfolioTests(SolverFixture fixture)
{
    [Fact]
    public void Plan_OfRandomPortfolios_IsOptimalAndKeepsEveryRule()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 1 + (seed % 4), assets: 2 + (seed % 5));

            var plan = Planner.Plan(problem, fixture.Solver).Plan;

            PlanChecker.Check(problem, plan).ShouldBeEmpty($"seed {seed}");
            plan.Status.ShouldBe(PlanStatus.Optimal, $"seed {seed}: gap {plan.GapBasisPoints}");
        }
    }

    [Fact]
    public void Plan_WithNothingToRestore_IsNoWorseThanSimple()
    {
        for (var seed = 200; seed < 230; seed++)
        {
            var problem = WithNothingToRestore(RandomProblems.Create(seed, accounts: 1 + (seed % 3), assets: 2 + (seed % 4)));

            var plan = Planner.Plan(problem, fixture.Solver).Plan;
            var simple = Planner.Plan(problem with { Objective = PlacementObjective.Simple }, fixture.Solver).Plan;

            plan.Objective.ShouldBeLessThanOrEqualTo(simple.Objective + (plan.TotalValue * 0.000002m), $"seed {seed}");
        }
    }

    private static PlacementProblem WithNothingToRestore(PlacementProblem problem) => problem with
    {
        Groups = [],
        CashReserve = 0,
        Accounts = [.. problem.Accounts.Select(account => account with { Caps = [], Reserve = 0, Cash = new SortedDictionary<string, decimal>(account.Cash.ToDictionary(cash => cash.Key, cash => Math.Abs(cash.Value)), StringComparer.Ordinal) })],
    };

    [Theory]
    [InlineData(PlacementObjective.BuyOnly)]
    [InlineData(PlacementObjective.SellOnly)]
    [InlineData(PlacementObjective.FewestTrades)]
    public void Plan_WithAnotherObjective_KeepsEveryRule(PlacementObjective objective)
    {
        for (var seed = 100; seed < 115; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 1 + (seed % 3), assets: 2 + (seed % 4)) with { Objective = objective, Band = 0.1m };

            PlanChecker.Check(problem, Planner.Plan(problem, fixture.Solver).Plan).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Fact]
    public void Plan_OfFiveAccountsAndTwentyAssets_IsOptimalAndTheSameEveryTime()
    {
        var problem = RandomProblems.Create(7, accounts: 5, assets: 20);

        var first = Planner.Plan(problem, fixture.Solver).Plan;

        first.Status.ShouldBe(PlanStatus.Optimal);
        CanonicalJson.Write(Planner.Plan(problem, fixture.Solver).Plan).ShouldBe(CanonicalJson.Write(first));
    }
}
