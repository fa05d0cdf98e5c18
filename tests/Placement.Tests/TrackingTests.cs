using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests;

public sealed class TrackingTests(SolverFixture fixture)
{
    [Fact]
    public void Plan_WhenDriftsOffsetBetweenAccounts_TradesNothing()
    {
        var problem = Problem("SPY 0.6, BND 0.4", "SPY 500, BND 80",
            Account("stocks", 0, "SPY 60", Shares("SPY"), Shares("BND")), Account("bonds", 0, "BND 250", Shares("SPY"), Shares("BND")));

        var plan = Plan(problem);

        plan.Trades.ShouldBeEmpty();
        plan.DeviationBefore.ShouldBe(0);
        plan.Status.ShouldBe(PlanStatus.Optimal);
    }

    [Fact]
    public void Plan_WhenBtcTradesInOneAccountOnly_BuysItThereAndTheRestElsewhere()
    {
        var problem = Problem("BTC 0.3, SPY 0.5, BND 0.2", "BTC 50000, SPY 500, BND 80",
            Account("exchange", 9000, "", Fractional("BTC", 10, 0.001m)), Account("one", 10000, "", Shares("SPY"), Shares("BND")), Account("two", 11000, "", Shares("SPY"), Shares("BND")));

        var plan = Plan(problem);

        plan.Trades.Where(trade => trade.Asset == "BTC").Select(trade => trade.Account).ShouldBe(["exchange"]);
        plan.Trades.Where(trade => trade.Asset != "BTC").ShouldAllBe(trade => trade.Account != "exchange");
        plan.DeviationAfter.ShouldBeLessThan(600);
        plan.GapBasisPoints.ShouldBeLessThanOrEqualTo(0.01);
    }

    [Fact]
    public void Plan_WhenTheGapIsBelowTheMinimum_BuysTheMinimumIfThatIsNearer()
    {
        // Gap 60, minimum 100: 40 too much is nearer than 60 too little. Too tight a big M would cut this off.
        var plan = Plan(Problem("BTC 0.06", "BTC 50000", Account("exchange", 1000, "", Fractional("BTC", 100))));

        plan.Trades.Single().Notional.ShouldBe(100);
        plan.DeviationAfter.ShouldBe(40);
    }

    [Fact]
    public void Plan_WhenCashIsNegative_SellsJustEnoughFirst()
    {
        var plan = Plan(Problem("SPY 1", "SPY 500", Account("broker", -700, "SPY 10", Shares("SPY"))));

        plan.Trades.Single().Side.ShouldBe(TradeSide.Sell);
        plan.Trades.Single().Quantity.ShouldBe(2);
        plan.Accounts.Single().CashAfter.ShouldBe(300);
    }

    [Fact]
    public void Plan_WhenNegativeCashCannotBeRestored_SaysSoAndBuysNothing()
    {
        var plan = Plan(Problem("SPY 0.5, BND 0.5", "SPY 500, BND 80", Account("broker", -700, "SPY 1", Shares("SPY"), Shares("BND")), Account("other", 5000, "", Shares("SPY"))));

        plan.Trades.Where(trade => trade.Account == "broker").ShouldAllBe(trade => trade.Side == TradeSide.Sell);
        plan.Warnings.ShouldContain(warning => warning.Contains("broker"));
    }

    [Fact]
    public void Plan_WithSeveralCurrencies_ConvertsCashToBuy()
    {
        var market = new PlacementMarket { Asset = "EUR", Quote = "USD", FeeRate = 0.001m, HalfSpread = 0 };
        var account = new PlacementAccount { Id = "broker", Cash = Amounts("EUR 1000"), Markets = [Shares("SPY"), market] };
        var plan = Plan(Problem("SPY 0.9", "SPY 500, EUR 1.1", account));

        plan.Trades.Select(trade => (trade.Asset, trade.Side)).ShouldBe([("SPY", TradeSide.Buy), ("EUR", TradeSide.Sell)], ignoreOrder: true);
        plan.Trades.Single(trade => trade.Asset == "SPY").Quantity.ShouldBe(2);
    }

    [Fact]
    public void Plan_WhenSolverIsUnavailable_FallsBackToSimpleAndReplaysTheSame()
    {
        var problem = Problem("SPY 0.5", "SPY 500", Account("broker", 5000, "", Shares("SPY")));

        var plan = Planner.Replay(problem, []).Plan;

        plan.Fallback.ShouldBeTrue();
        plan.Trades.Single().Quantity.ShouldBe(5);
        plan.Bound.ShouldBeNull();
    }

    [Fact]
    public void Replay_OfRecordedAnswers_RebuildsTheSamePlan()
    {
        var problem = Problem("BTC 0.3, SPY 0.5", "BTC 50000, SPY 500", Account("exchange", 9000, "", Fractional("BTC", 10, 0.001m)), Account("one", 10000, "", Shares("SPY")));
        var result = Planner.Plan(problem, fixture.Solver);

        CanonicalJson.Write(Planner.Replay(problem, result.Answers).Plan).ShouldBe(CanonicalJson.Write(result.Plan));
    }

    [Fact]
    public void Plan_WithAFrozenAccount_CountsItsHoldingsAndLeavesThem()
    {
        var frozen = Account("frozen", 100, "SPY 10", Shares("SPY"), Shares("BND")) with { Frozen = true };
        var plan = Plan(Problem("SPY 0.5, BND 0.5", "SPY 500, BND 80", frozen, Account("open", 4900, "", Shares("SPY"), Shares("BND"))));

        plan.TotalValue.ShouldBe(10000);
        plan.Trades.ShouldAllBe(trade => trade.Account == "open" && trade.Asset == "BND");
    }

    private Plan Plan(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver).Plan;
}
