using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Rules;

/// <summary>Fees that are not taken in the quote currency.</summary>
public sealed class FeeTests(SolverFixture fixture)
{
    [Fact]
    public void Plan_WithTheFeeInWhatIsBought_BuysFromNothingAndHoldsWhatIsLeftOfIt()
    {
        var plan = Plan(Problem("BTC 0.5", "BTC 100", Account("exchange", 1000, "", Shares("BTC") with { FeeIn = "BTC", FeeRate = 0.01m })));

        plan.Trades.Single().Quantity.ShouldBe(5);
        plan.Accounts.Single().HoldingsAfter["BTC"].ShouldBe(4.95m);
        plan.Accounts.Single().CashAfter.ShouldBe(500);
    }

    [Fact]
    public void Plan_WithTheFeeInWhatIsSold_LeavesEnoughToPayIt()
    {
        var plan = Plan(Problem("", "BTC 100", Account("exchange", 0, "BTC 10", Shares("BTC") with { FeeIn = "BTC", FeeRate = 0.01m })));

        plan.Trades.Single().Quantity.ShouldBe(9);
        plan.Accounts.Single().HoldingsAfter["BTC"].ShouldBe(0.91m);
    }

    [Theory]
    [InlineData("BNB 3", 6)]
    [InlineData("", 0)]
    public void Plan_WithTheFeeInAThirdAsset_TradesOnlyAsFarAsItPays(string held, int quantity)
    {
        var account = Account("exchange", 5000, held, Shares("BTC") with { FeeIn = "BNB", FeeRate = 0.01m });
        foreach (var unmanaged in new[] { true, false })
        {
            var problem = Problem("BTC 1", "BTC 100, BNB 2", account) with { Unmanaged = unmanaged ? ["BNB"] : [] };

            Plan(problem).Trades.Sum(trade => trade.Quantity).ShouldBe(quantity);
        }
    }

    [Fact]
    public void Plan_WithFeesInAnUnmanagedAsset_LeavesItOutOfTheValueAndShowsWhatIsLeft()
    {
        var account = Account("exchange", 5000, "BNB 3", Shares("BTC") with { FeeIn = "BNB", FeeRate = 0.01m });

        var plan = Plan(Problem("BTC 0.1", "BTC 100, BNB 2", account) with { Unmanaged = ["BNB"] });

        plan.TotalValue.ShouldBe(5000);
        plan.Accounts.Single().HoldingsAfter["BNB"].ShouldBe(0.5m);
    }

    private Plan Plan(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver).Plan;
}
