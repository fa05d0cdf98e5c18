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

    [Fact]
    public void Plan_WhenTheClockStopsTheSearch_SaysSoAndIsRebuiltFromItsAnswers()
    {
        var problem = RandomProblems.Create(5, accounts: 10, assets: 20);

        var result = Planner.Plan(problem, new NoSolver(), deadline: new PassedDeadline());

        result.Plan.StoppedBy.ShouldBe(MilpStop.Clock);
        PlanChecker.Check(problem, result.Plan).ShouldBeEmpty();
        CanonicalJson.Write(Planner.Replay(problem, result.Answers).Plan).ShouldBe(CanonicalJson.Write(result.Plan));
    }

    [Fact]
    public void Plan_WhenLimitsEndTheExactModel_TakesTheSearchedOneAndIsRebuilt()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 3, assets: 4) with { TimeLimitSeconds = 0.1 };

            var result = Planner.Plan(problem, new StoppedSolver());

            result.Plan.Trades.ShouldNotBeEmpty($"seed {seed}");
            PlanChecker.Check(problem, result.Plan).ShouldBeEmpty($"seed {seed}");
            CanonicalJson.Write(Planner.Replay(problem, result.Answers).Plan).ShouldBe(CanonicalJson.Write(result.Plan));
        }
    }

    [Fact]
    public void Plan_ThatSellsWhatNobodyWants_LeavesNoRestThatCannotBeSold()
    {
        var problem = BreakingProblems.Create(12, 20, (account, _) => account with
        {
            Holdings = new(account.Holdings.Append(KeyValuePair.Create("OLD", 7m)).ToDictionary(), StringComparer.Ordinal),
            Markets = [.. account.Markets, new PlacementMarket { Asset = "OLD", Quote = "USD", LotSize = 1, MinQuantity = 3 }],
        });
        problem = problem with { Prices = new(problem.Prices.Append(KeyValuePair.Create("OLD", 90m)).ToDictionary(), StringComparer.Ordinal), TimeLimitSeconds = 0.1 };

        var sold = Planner.Plan(problem, new NoSolver()).Plan.Trades.Where(trade => trade.Asset == "OLD").ToList();

        sold.ShouldNotBeEmpty();
        sold.ShouldAllBe(trade => trade.Quantity == 7 || trade.Quantity <= 4);
    }

    private sealed class PassedDeadline : IDeadline
    {
        public double SecondsLeft => -1;

        public bool HasPassed => true;
    }
}
