using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;

namespace Rebalancer.Placement.Tests.Search;

public sealed class SearchPlacementTests
{
    [Fact]
    public void Plan_OfLargePortfoliosWithAllRules_KeepsEveryRuleWithoutASolver()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 8 + (seed % 5), assets: 20 + (seed % 7)) with { TimeLimitSeconds = 0.1 };

            var plan = Planner.Plan(problem, new NoSolver()).Plan;

            PlanChecker.Check(problem, plan).ShouldBeEmpty($"seed {seed}");
            plan.Fallback.ShouldBeFalse();
            plan.Trades.ShouldNotBeEmpty($"seed {seed}");
        }
    }

    [Theory]
    [InlineData(PlacementObjective.BuyOnly)]
    [InlineData(PlacementObjective.SellOnly)]
    public void Plan_OfLargePortfoliosWithCashFlowObjectives_KeepsEveryRule(PlacementObjective objective)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 10, assets: 20) with { Objective = objective, TimeLimitSeconds = 0.1 };

            PlanChecker.Check(problem, Planner.Plan(problem, new NoSolver()).Plan).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Fact]
    public void Plan_OfALargePortfolio_IsTheSameEveryTime()
    {
        var problem = RandomProblems.Create(3, accounts: 10, assets: 20) with { TimeLimitSeconds = 0.1 };

        var first = Planner.Plan(problem, new NoSolver());

        CanonicalJson.Write(Planner.Plan(problem, new NoSolver())).ShouldBe(CanonicalJson.Write(first));
    }

    [Fact]
    public void Replay_OfASearchedPlan_RebuildsItWithoutSearching()
    {
        var problem = RandomProblems.Create(4, accounts: 10, assets: 20) with { TimeLimitSeconds = 0.1 };
        var result = Planner.Plan(problem, new NoSolver());

        var answers = CanonicalJson.Read<List<MilpSolution>>(CanonicalJson.Write(result.Answers));

        CanonicalJson.Write(Planner.Replay(problem, answers).Plan).ShouldBe(CanonicalJson.Write(result.Plan));
    }
}
