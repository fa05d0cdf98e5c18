using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Rules;

/// <summary>Positions that nobody wants any more: sold in full, or so that the rest can still be sold; dust is named and left alone.</summary>
public sealed class ClosingTests(SolverFixture fixture)
{
    // The last share stands at so large a gain that its tax is more than its deviation is worth.
    private static readonly SortedDictionary<string, IReadOnlyList<TaxLot>> CheapLastShare = new(StringComparer.Ordinal)
    {
        ["OLD"] = [new TaxLot(9, 95, new DateOnly(2026, 1, 5)), new TaxLot(1, 40, new DateOnly(2026, 1, 5))],
    };

    [Theory]
    [InlineData(0, 9)]
    [InlineData(2, 10)]
    public void Plan_WhenTheRestWouldBeTooSmallToSell_ClosesThePosition(int minimum, int sold)
    {
        var account = Account("x", 0, "OLD 10", Shares("OLD") with { MinQuantity = minimum }) with { Lots = CheapLastShare };

        var plan = Plan(Problem("", "OLD 100", account) with { Taxes = new TaxRules { ShortTermRate = 0.3m } });

        plan.Trades.Single().Quantity.ShouldBe(sold);
    }

    [Fact]
    public void Plan_WhenABudgetForbidsToSellAll_LeavesEnoughToBeSoldLater()
    {
        var account = Account("x", 0, "OLD 10", Shares("OLD") with { MinNotional = 250 }) with { Lots = CheapLastShare };

        var plan = Plan(Problem("", "OLD 100", account) with { Taxes = new TaxRules { GainBudget = 50 } });

        plan.Trades.Single().Quantity.ShouldBe(7);
    }

    [Fact]
    public void Plan_WithTheLargestOrderBelowTheHolding_LeavesEnoughForTheNext()
    {
        var account = Account("x", 0, "OLD 10", Shares("OLD") with { MinQuantity = 3, MaxQuantity = 8 });

        Plan(Problem("", "OLD 100", account)).Trades.Single().Quantity.ShouldBe(7);
    }

    [Theory]
    [InlineData(0.00000001, 10.5)]
    [InlineData(1, 10)]
    public void Plan_OfWhatHasNoTarget_SellsDownToWhatNoLotTakes(double lot, double sold)
    {
        var account = Account("x", 0, "OLD 10.5", Shares("OLD") with { LotSize = (decimal)lot, MinNotional = 50 });

        Plan(Problem("", "OLD 100", account)).Trades.Single().Quantity.ShouldBe((decimal)sold);
    }

    [Fact]
    public void Plan_OfATargetedAsset_MayKeepASmallHoldingWhereTheTargetAsksForIt()
    {
        var account = Account("x", 9900, "A 11", Shares("A") with { MinQuantity = 2 });

        Plan(Problem("A 0.01", "A 100", account) with { OrderPenalty = 0 }).Trades.Single().Quantity.ShouldBe(10);
    }

    [Theory]
    [InlineData(30, 0, "below minimum notional 30 USD")]
    [InlineData(0, 0.5, "below minimum quantity 0.5")]
    public void Plan_OfDust_TestsNotionalAndQuantityAndLeavesIt(int notional, double quantity, string reason)
    {
        var account = Account("x", 1000, "DUST 0.2", Fractional("DUST", notional) with { MinQuantity = (decimal)quantity });

        var plan = Plan(Problem("", "DUST 100", account));

        plan.Trades.ShouldBeEmpty();
        plan.Skipped.ShouldContain(pair => pair.Asset == "DUST" && pair.Reason.StartsWith(reason));
    }

    [Fact]
    public void Simple_WhenTheRestWouldBeTooSmallToSell_LeavesEnough()
    {
        var account = Account("x", 0, "OLD 10", Shares("OLD") with { MinNotional = 250 }) with { Lots = CheapLastShare };
        var problem = Problem("", "OLD 100", account) with { Taxes = new TaxRules { GainBudget = 50 }, Objective = PlacementObjective.Simple };

        Plan(problem).Trades.Single().Quantity.ShouldBe(7);
    }

    private Plan Plan(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver).Plan;
}
