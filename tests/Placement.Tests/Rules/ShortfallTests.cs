using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Rules;

/// <summary>What is broken before any trade: cash first, then caps, as far as there is anything to restore it with.</summary>
public sealed class ShortfallTests(SolverFixture fixture)
{
    [Fact]
    public void Plan_WhenACapCannotBeReached_StopsWhereAnotherRuleStopsIt()
    {
        // Two sells use up the BNB that pays their fee; the third would bring the account below its cap.
        var account = Account("x", 0, "A 3, BNB 5", Shares("A") with { FeeIn = "BNB", FeeRate = 0.02m }) with { Cap = 50 };

        var plan = Plan(Problem("", "A 100, BNB 1", account) with { Unmanaged = ["BNB"] });

        plan.Trades.Single().Quantity.ShouldBe(2);
        plan.Warnings.Single().ShouldContain("cap");
    }

    [Fact]
    public void Plan_WhenSellingToTheCapCostsMoreCashThanItBrings_RestoresTheCashFirst()
    {
        var account = Account("x", -50, "A 1, B 10", Shares("A"), Shares("B") with { TicketFee = 30 }) with { Caps = Amounts("B 70") };

        var plan = Plan(Problem("B 0.5", "A 60, B 10", account));

        plan.Trades.Select(trade => (trade.Asset, trade.Side)).ShouldContain(("A", TradeSide.Sell));
        plan.Accounts.Single().CashAfter.ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public void Plan_WithACapOnACurrencyByName_KeepsNoMoreOfIt()
    {
        var conversion = new PlacementMarket { Asset = "EUR", Quote = "USD", LotSize = 1, HalfSpread = 0 };
        var account = new PlacementAccount { Id = "x", Cash = Amounts("EUR 500, USD 0"), Caps = Amounts("EUR 110"), Markets = [conversion] };

        Plan(Problem("", "EUR 1.1", account)).Trades.Single().Quantity.ShouldBe(400);
    }

    [Fact]
    public void Plan_WithAGroupNamedByAReplacementSet_CapsItsTickers()
    {
        var problem = Problem("US 0.8", "VTI 100, ITOT 50", Account("x", 1000, "", Shares("VTI"), Shares("ITOT"))) with
        {
            Replacements = new(StringComparer.Ordinal) { ["US"] = ["VTI", "ITOT"] }, Groups = [new GroupCap("us", ["US"], [], [], 0.5m)],
        };

        Plan(problem).Trades.Sum(trade => trade.Notional).ShouldBe(500);
    }

    [Fact]
    public void Plan_WhenNothingIsHeldTargetedOrTraded_IsOptimalWithoutASolver()
    {
        var plan = Planner.Replay(Problem("", "A 100", Account("x", 100, "", Shares("A"))), []).Plan;

        plan.Fallback.ShouldBeFalse();
        plan.Status.ShouldBe(PlanStatus.Optimal);
        plan.Trades.ShouldBeEmpty();
    }

    [Fact]
    public void Plan_WithAFundWhoseOtherPartNobodyHolds_CountsThatPartToo()
    {
        var problem = Problem("a 0.5", "D 10", Account("x", 1000, "", Shares("D"))) with { Exposures = new(StringComparer.Ordinal) { ["D"] = Amounts("a 0.5, b 0.5") } };

        var plan = Plan(problem);

        // Every coin in D brings a nearer and takes b away by as much: nothing is gained, so nothing is bought.
        plan.Trades.ShouldBeEmpty();
        Plan(problem with { Exposures = new(StringComparer.Ordinal) { ["D"] = Amounts("a 0.6, b 0.4") } }).Assets.Single(asset => asset.Asset == "b").After.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Plan_WithAGroupCapAndAGainBudget_SellsDownToTheCap()
    {
        // The solver's aggregator once called a plan with 32 above the cap the best there is.
        TaxLot Lot(decimal cost, int year) => new(1, cost, new DateOnly(year, 4, 1));
        var one = Account("x0", 305.45m, "A0 2, A1 1", Shares("A0") with { FeeRate = 0.001m }, Shares("A1") with { FeeRate = 0.001m, HalfSpread = 0.0005m })
            with { Lots = new(StringComparer.Ordinal) { ["A0"] = [Lot(225.45m, 2022), Lot(225.45m, 2026)], ["A1"] = [Lot(280.7m, 2022)] } };
        var two = Account("x1", 113.65m, "A1 2") with { Lots = new(StringComparer.Ordinal) { ["A1"] = [Lot(237.51m, 2022), Lot(215.92m, 2026)] } };
        var problem = Problem("A0 0.375, A1 0.312", "A0 173.42, A1 215.92", one, two) with
        {
            Taxes = new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.15m, GainBudget = 38 }, Groups = [new GroupCap("assets", ["A0"], [], [], 0.1m)],
        };

        var plan = Plan(problem);

        plan.Trades.Single(trade => trade.Asset == "A0").Quantity.ShouldBe(2);
        plan.Warnings.ShouldBeEmpty();
    }

    private Plan Plan(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver).Plan;
}
