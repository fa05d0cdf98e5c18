using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests;

public sealed class SimplePlacementTests
{
    [Fact]
    public void Plan_SimpleWithACurrencyBelowZero_BuysNothingInThatAccount()
    {
        var account = Account("exchange", -800, "", new PlacementMarket { Asset = "A", Quote = "EUR", HalfSpread = 0 }) with { Cash = Amounts("USD -800, EUR 1800") };
        var problem = Problem("A 0.5", "A 500, EUR 1.1", account) with { Objective = PlacementObjective.Simple };

        Plan(problem).Trades.ShouldBeEmpty();
    }

    [Fact]
    public void Plan_SimpleWithAnOverdraft_SellsToPayItBack()
    {
        var problem = Problem("A 1", "A 10", Account("broker", -95, "A 50", Shares("A"))) with { Objective = PlacementObjective.Simple };

        var trade = Plan(problem).Trades.ShouldHaveSingleItem();

        (trade.Side, trade.Quantity).ShouldBe((TradeSide.Sell, 10m));
    }

    [Fact]
    public void Plan_SimpleOverManyAccounts_FillsEveryGapByWholeLotsAndKeepsEveryRule()
    {
        var accounts = Enumerable.Range(0, 60).Select(index => Account($"account-{index:00}", 10_000, "OLD 20", Shares("A"), Shares("B"), Shares("OLD"))).ToArray();
        var problem = Problem("A 0.6, B 0.3", "A 37, B 91, OLD 50", accounts) with { Objective = PlacementObjective.Simple };

        var plan = Plan(problem);

        PlanChecker.Check(problem, plan).ShouldBeEmpty();
        plan.Trades.Count(trade => trade.Asset == "OLD" && trade.Quantity == 20).ShouldBe(60, "nobody wants it any more");
        plan.DeviationAfter.ShouldBeLessThan(37m + 91m, "less than a share of each is missing");
    }

    [Fact]
    public void Plan_SimpleWhereFeesAreTakenInWhatIsSold_DoesNotBuyItBackElsewhere()
    {
        var bitcoin = Fractional("BTC") with { LotSize = 0.0001m };
        var coin = Fractional("BNB") with { LotSize = 0.001m };
        var problem = Problem("BTC 0.5, BNB 0.2", "BTC 50000, BNB 600",
            Account("m", 500, "BNB 4", bitcoin, coin), Account("n", 5000, "BNB 0.1", bitcoin with { FeeIn = "BNB", FeeRate = 0.001m }, coin)) with { Objective = PlacementObjective.Simple };

        Plan(problem).Trades.Where(trade => trade.Asset == "BNB").Select(trade => (trade.Account, trade.Side)).ShouldBe([("m", TradeSide.Sell)]);
    }

    private static Plan Plan(PlacementProblem problem) => Planner.Plan(problem, new NoSolver()).Plan;

    private sealed class NoSolver : IMilpSolver
    {
        public MilpSolution Solve(MilpProblem problem, MilpLimits limits) => throw new SolverUnavailableException("the simple method asks nobody");
    }
}
