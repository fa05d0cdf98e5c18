using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests;

/// <summary>One small case a rule, with the answer worked out by hand.</summary>
public sealed class RuleTests(SolverFixture fixture)
{
    [Fact]
    public void Plan_WithACap_BuysUpToItHereAndTheRestElsewhere()
    {
        var capped = Account("capped", 5000, "", Shares("SPY")) with { Caps = Amounts("SPY 1200") };
        var plan = Plan(Problem("SPY 0.5", "SPY 500", capped, Account("open", 5000, "", Shares("SPY"))));

        plan.Trades.Where(trade => trade.Account == "capped").Sum(trade => trade.Notional).ShouldBeLessThanOrEqualTo(1200);
        plan.DeviationAfter.ShouldBe(0);
    }

    [Fact]
    public void Plan_WithAGroupCap_StaysUnderItsShare()
    {
        var problem = Problem("BTC 0.3, ETH 0.3", "BTC 50000, ETH 2000", Account("exchange", 10000, "", Fractional("BTC"), Fractional("ETH")))
            with { Groups = [new GroupCap("crypto", ["BTC", "ETH"], [], [], 0.4m)] };

        var plan = Plan(problem);

        plan.Assets.Sum(asset => asset.After).ShouldBe(0.4, 1e-6);
    }

    [Fact]
    public void Plan_WithVolumeShare_TradesNoMoreThanItsPartOfTheVolume()
    {
        var market = Shares("SPY") with { Volume = 100, MaxVolumeShare = 0.05m };

        Plan(Problem("SPY 1", "SPY 500", Account("broker", 10000, "", market))).Trades.Single().Quantity.ShouldBe(5);
    }

    [Fact]
    public void Plan_OfAReplacementSet_MeetsTheTargetWithWhatEachAccountTrades()
    {
        var problem = Problem("US 0.8", "VTI 250, ITOT 100", Account("one", 4000, "VTI 4", Shares("VTI")), Account("two", 5000, "", Shares("ITOT")))
            with { Replacements = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["US"] = ["VTI", "ITOT"] } };

        var plan = Plan(problem);

        plan.Assets.Select(asset => asset.Asset).ShouldBe(["US"]);
        plan.DeviationAfter.ShouldBe(0);
    }

    [Fact]
    public void Plan_WithLookThrough_BuysTheFundThatFillsEveryComponent()
    {
        var problem = Problem("a 0.5, b 0.25, c 0.25", "D 10, a 10", Account("broker", 1000, "", Shares("D"), Shares("a")))
            with { Exposures = new(StringComparer.Ordinal) { ["D"] = Amounts("a 0.5, b 0.25, c 0.25") } };

        var plan = Plan(problem);

        plan.Trades.Single().Asset.ShouldBe("D");
        plan.Trades.Single().Quantity.ShouldBe(100);
        plan.DeviationAfter.ShouldBe(0);
    }

    [Fact]
    public void Plan_WithLocationPreference_BuysWhereItBelongs()
    {
        var problem = Problem("BND 0.4", "BND 80",
            Account("a", 5000, "", Shares("BND")) with { Kind = "exchange" }, Account("b", 5000, "", Shares("BND")) with { Kind = "retirement" })
            with { Location = new(StringComparer.Ordinal) { ["BND"] = Amounts("retirement 0, exchange 5") } };

        Plan(problem).Trades.ShouldAllBe(trade => trade.Account == "b");
    }

    [Fact]
    public void Plan_WithFifoLots_PaysTheTaxOfTheOldestFirstThoughTheNextIsCheaper()
    {
        // Selling 4 of 10: FIFO sells the short-term lot bought at 300 (gain 200 each, 30 %), not the one bought at 490.
        var problem = Taxed(TaxLotMethod.Fifo, new TaxLot(5, 300, new DateOnly(2026, 3, 1)), new TaxLot(5, 490, new DateOnly(2026, 4, 1)));

        var plan = Plan(problem with { DeviationWeight = 1 });

        plan.Trades.Single().Quantity.ShouldBe(4);
        plan.Tax.ShouldBe(4 * 200 * 0.3m);
    }

    [Fact]
    public void Plan_WithHifoLots_SellsTheDearestLotFirst()
    {
        var problem = Taxed(TaxLotMethod.Hifo, new TaxLot(5, 300, new DateOnly(2026, 3, 1)), new TaxLot(5, 490, new DateOnly(2026, 4, 1)));

        Plan(problem with { DeviationWeight = 1 }).Tax.ShouldBe(4 * 10 * 0.3m);
    }

    [Fact]
    public void Plan_WithAGainBudget_SellsOnlyWhatItAllows()
    {
        var problem = Taxed(TaxLotMethod.Fifo, new TaxLot(10, 300, new DateOnly(2026, 3, 1)));

        var plan = Plan(problem with { DeviationWeight = 1, Taxes = problem.Taxes! with { GainBudget = 450 } });

        plan.Trades.Single().Quantity.ShouldBe(2);
    }

    [Fact]
    public void Plan_WithinTheWashSaleWindow_BuysInNoAccountAndSaysWhy()
    {
        var problem = Problem("VTI 0.5", "VTI 250", Account("ib", 5000, "", Shares("VTI")))
            with { Taxes = new TaxRules(), RecentTrades = [new RecentTrade("other", "VTI", TradeSide.Sell, new DateOnly(2026, 11, 10), -120)] };

        var plan = Plan(problem);

        plan.Trades.ShouldBeEmpty();
        plan.Skipped.Single().Reason.ShouldContain("wash-sale");
    }

    [Fact]
    public void Plan_WithCashTrappedInOneAccount_AdvisesTheTransfer()
    {
        var plan = Plan(Problem("BTC 0.5, SPY 0.5", "BTC 50000, SPY 500", Account("ibkr", 8000, "", Shares("SPY")), Account("binance", 2000, "", Fractional("BTC"))));

        var advice = plan.Transfers[0];
        (advice.From, advice.To, advice.Amount).ShouldBe(("ibkr", "binance", 3000));
        plan.Skipped.ShouldContain(pair => pair.Account == "ibkr" && pair.Asset == "BTC" && pair.Reason == "not traded in this account");
    }

    [Fact]
    public void Plan_WithoutUseOfProceeds_BuysFromCashAtHandOnly()
    {
        var account = Account("broker", 100, "SPY 10", Shares("SPY"), Shares("BND")) with { UseProceeds = false };

        var plan = Plan(Problem("BND 1", "SPY 500, BND 80", account));

        plan.Trades.Single(trade => trade.Side == TradeSide.Buy).Quantity.ShouldBe(1);
        plan.Trades.Single(trade => trade.Side == TradeSide.Sell).Quantity.ShouldBe(10);
    }

    [Fact]
    public void Plan_WithDust_SaysWhichMinimumHoldsIt() =>
        Plan(Problem("SPY 0.5", "SPY 500, BTC 50000", Account("exchange", 1000, "BTC 0.0001", Fractional("BTC", 10))))
            .Skipped.ShouldContain(pair => pair.Asset == "BTC" && pair.Reason == "below minimum notional 10 USD");

    [Fact]
    public void Plan_InABaseWorthMuch_IsAsExactAsInDollars()
    {
        var account = new PlacementAccount { Id = "broker", Cash = Amounts("BTC 0.0003"), Markets = [new PlacementMarket { Asset = "SPY", Quote = "BTC", LotSize = 0.001m, HalfSpread = 0 }] };
        var problem = Problem("SPY 0.5", "SPY 0.01", account) with { BaseCurrency = "BTC", OrderPenalty = 0 };

        Plan(problem).Trades.Single().Quantity.ShouldBe(0.015m);
    }

    private static PlacementProblem Taxed(TaxLotMethod method, params TaxLot[] lots) =>
        Problem("SPY 0.6", "SPY 500", Account("broker", 0, "SPY 10", Shares("SPY")) with { Lots = new(StringComparer.Ordinal) { ["SPY"] = lots } })
            with { Taxes = new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.15m, Method = method } };

    private Plan Plan(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver).Plan;
}
