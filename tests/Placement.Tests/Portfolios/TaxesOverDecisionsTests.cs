using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Placement.Tests.Portfolios;

/// <summary>What a decision sold or bought binds the ones after it, in every account of the portfolio.</summary>
public sealed class TaxesOverDecisionsTests(SolverFixture fixture)
{
    private static readonly TaxLot Dear = new(10, 260, new DateOnly(2026, 1, 5));

    [Fact]
    public void Decide_ADayAfterALossWasTaken_BuysTheSameInNoAccount()
    {
        var household = new Household(fixture.Solver, Household.Settings).Has("ann", "USD 10, VTI 10", Dear).Has("ben", "USD 2000");

        var first = household.Decide(price: 200);
        first.Plan.Trades.Select(trade => (trade.Account, trade.Side, trade.Asset, trade.Quantity)).ShouldBe([("ann", TradeSide.Sell, "VTI", 5)]);

        household.After(days: 1, changed: WithTarget(0.9m));
        var second = household.Decide(price: 200);

        second.Problem.RecentTrades.ShouldBe([new RecentTrade("ann", "VTI", TradeSide.Sell, new DateOnly(2026, 11, 21), -301)]);
        second.Plan.Trades.ShouldBeEmpty();
        second.Plan.Skipped.ShouldContain(pair => pair.Account == "ben" && pair.Reason == "sold at a loss within the wash-sale window");

        household.After(days: 30);
        household.Decide(price: 200).Plan.Trades.ShouldContain(trade => trade.Account == "ben" && trade.Side == TradeSide.Buy);
    }

    [Fact]
    public void Decide_AfterBuyingAndSelling_KnowsTheLotsThatAreLeft()
    {
        var household = new Household(fixture.Solver, Household.Settings).Has("ann", "USD 10, VTI 10", Dear).Has("ben", "USD 2000");
        household.Decide(price: 200);
        household.After(days: 40, changed: WithTarget(0.9m));
        var bought = household.Decide(price: 200).Plan.Trades.Single(trade => trade.Account == "ben").Quantity;
        household.After(days: 40);

        var lots = household.Look(price: 200).Problem.Accounts.ToDictionary(account => account.Id, account => account.Lots["VTI"]);

        // Five of the ten were sold; ben bought with his own money, in an order at 200 and a fee of 1.
        lots["ann"][0].ShouldBe(Dear with { Quantity = 5 });
        lots["ben"].ShouldHaveSingleItem().ShouldBe(new TaxLot(bought, 200 + (1 / bought), new DateOnly(2026, 12, 31)));
    }

    [Fact]
    public void Complete_WithAFeeInWhatHasNoPrice_NamesItInsteadOfCountingItAsNothing()
    {
        var household = new Household(fixture.Solver, Household.Settings with { Taxes = null }).Has("ann", "USD 10, VTI 10").Has("ben", "USD 2000");
        var look = household.Look(price: 200);
        var decided = (RebalanceDecided)Deciding.Decide(household.State, look, Planner.Plan(look.Problem, fixture.Solver), Sending.BySettings, household.Now)[0];
        var outcome = new TradeOutcome("1", new MarketId("VTI", "USD"), TradeSide.Sell, 5, 5, 200, Problems.Amounts("USD 1, BNB 0.01"), 1, OrderState.Filled, null);

        var completed = Completing.Complete(
            household.State, new OpenDecision(decided, null, [new AccountExecutionReported(decided.DecisionId, "ann", [outcome], household.Now)]), [], household.Now);

        completed.Fees.ShouldBe(1);
        completed.UnpricedFees.ShouldBe(Problems.Amounts("BNB 0.01"));
    }

    [Fact]
    public void Look_AtUnitsThatCameWithoutACost_SellsNoneOfThemAndSaysWhy()
    {
        var household = new Household(fixture.Solver, Household.Settings).Has("ann", "USD 10, VTI 12", Dear).Has("ben", "USD 2000");

        var look = household.Look(price: 200);

        look.Problem.Accounts[0].Markets.ShouldContain(market => market.Asset == "VTI" && market.Allow == AllowedSides.Buy);
        look.Notes.ShouldContain(note => note.Contains("the cost of 10 of 12 VTI is known", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_AfterTheOwnerCorrectedTheFile_TakesItsLotsInPlaceOfTheOldOnes()
    {
        var household = new Household(fixture.Solver, Household.Settings).Has("ann", "USD 10, VTI 12", Dear).Has("ben", "USD 2000");
        household.Decide(price: 200);
        TaxLot[] corrected = [Dear, new TaxLot(2, 150, new DateOnly(2020, 1, 2))];
        household.Has("ann", "USD 10, VTI 12", corrected);

        household.Look(price: 200).Problem.Accounts[0].Lots["VTI"].ShouldBe(corrected);
    }

    private static PortfolioSettings WithTarget(decimal weight) =>
        Household.Settings with { Targets = TargetSettings.Fixed(new(StringComparer.Ordinal) { ["VTI"] = weight }) };
}
