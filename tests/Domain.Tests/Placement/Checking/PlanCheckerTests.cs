using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;

namespace Rebalancer.Domain.Tests.Placement.Checking;

/// <summary>Each test plants one violation in a plan that is right otherwise, and expects that one to be named and no other.</summary>
public sealed class PlanCheckerTests
{
    private static readonly PlacementMarket Spy = new() { Asset = "SPY", Quote = "USD", LotSize = 1, FeeRate = 0.001m, HalfSpread = 0.0002m, TicketFee = 1 };

    private static readonly PlacementMarket Bnd = new() { Asset = "BND", Quote = "USD", MinNotional = 10, MinQuantity = 0.1m, MaxQuantity = 100, MaxNotional = 6000 };

    private static readonly PlacementProblem Base = new()
    {
        AsOf = new DateOnly(2026, 11, 21),
        BaseCurrency = "USD",
        Targets = new() { ["BND"] = 0.4m, ["SPY"] = 0.6m },
        Prices = new() { ["BND"] = 80, ["GME"] = 20, ["SPY"] = 500 },
        Unmanaged = ["GME"],
        Accounts =
        [
            new PlacementAccount { Id = "x", Cash = new() { ["USD"] = 5000 }, Holdings = new() { ["SPY"] = 10, ["GME"] = 3 }, Markets = [Spy, Bnd] },
            new PlacementAccount { Id = "y", Cash = new() { ["USD"] = 100 }, Holdings = new() { ["BND"] = 50 }, Markets = [Spy, Bnd] },
        ],
    };

    private static PlacementProblem With(Func<PlacementAccount, PlacementAccount> change) =>
        Base with { Accounts = [change(Base.Accounts[0]), Base.Accounts[1]] };

    private static PlacementProblem WithMarket(PlacementMarket market) => With(account => account with { Markets = [market, Bnd] });

    private static PlannedTrade Buy(PlacementProblem problem, string asset, decimal quantity, string account = "x") =>
        Bookkeeping.Trade(problem, account, asset, TradeSide.Buy, quantity);

    private static PlannedTrade Sell(PlacementProblem problem, string asset, decimal quantity, string account = "x") =>
        Bookkeeping.Trade(problem, account, asset, TradeSide.Sell, quantity);

    private static void Names(string rule, PlacementProblem problem, params PlannedTrade[] trades) =>
        PlanChecker.Check(problem, Bookkeeping.PlanOf(problem, trades)).ShouldHaveSingleItem().ShouldStartWith(rule);

    private static void Accepts(PlacementProblem problem, params PlannedTrade[] trades) =>
        PlanChecker.Check(problem, Bookkeeping.PlanOf(problem, trades)).ShouldBeEmpty();

    [Fact]
    public void Check_WhenPlanIsRight_FindsNothing() => Accepts(Base, Buy(Base, "SPY", 4), Sell(Base, "BND", 12.5m, "y"));

    [Fact]
    public void Check_WhenNothingIsTraded_FindsNothing() => Accepts(Base);

    [Fact]
    public void Check_WhenMarketDoesNotExist_NamesIt() =>
        Names("market", WithMarket(Spy with { Quote = "EUR" }), Buy(Base, "SPY", 1) with { Quote = "USD" });

    [Fact]
    public void Check_WhenLotIsBroken_NamesIt() => Names("lot", Base, Buy(Base, "SPY", 1.5m));

    [Fact]
    public void Check_WhenFractionHasNineDecimals_NamesTheLot() => Names("lot", Base, Buy(Base, "BND", 1.000000001m));

    [Fact]
    public void Check_WhenQuantityIsNotPositive_NamesIt() => Names("quantity", WithMarket(Spy), Buy(Base, "SPY", 0));

    [Theory]
    [InlineData(0.05)]
    [InlineData(101)]
    public void Check_WhenQuantityIsOutsideItsLimits_NamesIt(double quantity)
    {
        var problem = With(account => account with { Cash = new() { ["USD"] = 90000 }, Markets = [Spy, Bnd with { MinNotional = 0, MaxNotional = null }] });
        Names("quantity limit", problem, Buy(problem, "BND", (decimal)quantity));
    }

    [Fact]
    public void Check_WhenShareOfVolumeIsExceeded_NamesIt()
    {
        var problem = WithMarket(Spy with { Volume = 10, MaxVolumeShare = 0.1m });
        Names("quantity limit", problem, Buy(problem, "SPY", 2));
    }

    [Fact]
    public void Check_WhenNotionalIsBelowMinimum_NamesIt() => Names("minimum notional", Base, Buy(Base, "BND", 0.12m));

    [Fact]
    public void Check_WhenNotionalIsAboveMaximum_NamesIt() =>
        Names("maximum notional", With(account => account with { Cash = new() { ["USD"] = 9000 } }), Buy(Base, "BND", 80));

    [Fact]
    public void Check_WhenSideIsNotAllowed_NamesIt()
    {
        var problem = WithMarket(Spy with { Allow = AllowedSides.Sell });
        Names("allow", problem, Buy(problem, "SPY", 1));
    }

    [Fact]
    public void Check_WhenAccountIsFrozen_NamesIt() => Names("frozen", With(account => account with { Frozen = true }), Buy(Base, "SPY", 1));

    [Fact]
    public void Check_WhenUnmanagedIsTraded_NamesIt()
    {
        var problem = With(account => account with { Markets = [new PlacementMarket { Asset = "GME", Quote = "USD" }] });
        Names("unmanaged", problem, Sell(problem, "GME", 1));
    }

    [Fact]
    public void Check_WhenAMarketIsTradedTwice_NamesIt() => Names("one trade a market", Base, Buy(Base, "SPY", 1), Buy(Base, "SPY", 2));

    [Fact]
    public void Check_WhenAnAssetIsBoughtAndSold_NamesIt()
    {
        var problem = With(account => account with { Markets = [Spy, Spy with { Quote = "EUR" }] }) with
        {
            Prices = new() { ["BND"] = 80, ["EUR"] = 1, ["GME"] = 20, ["SPY"] = 500 },
        };
        Names("buy and sell", problem, Buy(problem, "SPY", 1), Sell(problem, "SPY", 1) with { Quote = "EUR" });
    }

    [Fact]
    public void Check_WhenDirectionsDifferBetweenAccounts_NamesItOnlyWhenForbidden()
    {
        var trades = new[] { Buy(Base, "BND", 1), Sell(Base, "BND", 1, "y") };
        Accepts(Base, trades);
        Names("one direction", Base with { OneDirectionPerAsset = true }, trades);
    }

    [Theory]
    [InlineData(PlacementObjective.BuyOnly, TradeSide.Sell)]
    [InlineData(PlacementObjective.SellOnly, TradeSide.Buy)]
    public void Check_WhenTradeGoesAgainstTheObjective_NamesIt(PlacementObjective objective, TradeSide side) =>
        Names("objective", Base with { Objective = objective }, Bookkeeping.Trade(Base, "x", "SPY", side, 1));

    [Fact]
    public void Check_WhenCashGoesNegative_NamesIt() => Names("cash: x", Base with { Targets = new() { ["SPY"] = 0.6m } }, Buy(Base, "SPY", 9), Buy(Base, "BND", 6.5m));

    [Fact]
    public void Check_WhenSellExceedsHolding_NamesIt() => Names("holding", Base, Sell(Base, "SPY", 11));

    [Fact]
    public void Check_WhenReserveIsSpent_NamesIt() => Names("reserve", With(account => account with { Reserve = 4600 }), Buy(Base, "SPY", 1));

    [Fact]
    public void Check_WhenWithdrawalIsSpent_NamesIt() => Names("reserve", Base with { Withdraw = new() { ["x"] = 4600 } }, Buy(Base, "SPY", 1));

    [Fact]
    public void Check_WhenReserveIsMissingAndCannotBeRestored_AcceptsSellsOnly()
    {
        var problem = With(account => account with { Reserve = 50000 });
        Accepts(problem, Sell(problem, "SPY", 1));
        Names("reserve", problem, Sell(problem, "SPY", 1), Buy(problem, "BND", 1));
    }

    [Fact]
    public void Check_WhenCommonReserveIsSpent_NamesIt() => Names("cash reserve", Base with { CashReserve = 5000 }, Buy(Base, "SPY", 1));

    [Fact]
    public void Check_WhenProceedsAreSpentThatAreNotThereYet_NamesIt()
    {
        var trades = new[] { Sell(Base, "SPY", 10), Buy(Base, "BND", 70) };
        Accepts(Base, trades);
        Names("proceeds", With(account => account with { UseProceeds = false }), trades);
    }

    [Fact]
    public void Check_WhenTicketOfASellIsPaidFromProceedsThatAreNotThereYet_NamesIt()
    {
        var problem = With(account => account with { UseProceeds = false, Cash = new() { ["USD"] = 0.5m }, Markets = [Spy with { FeeRate = 0, HalfSpread = 0 }] });
        Names("proceeds", problem, Sell(problem, "SPY", 1));
    }

    [Fact]
    public void Check_WhenACapIsExceeded_NamesIt()
    {
        Names("cap", With(account => account with { Caps = new() { ["SPY"] = 5400 } }), Buy(Base, "SPY", 1));
        Names("account cap", With(account => account with { Cap = 5400 }), Buy(Base, "SPY", 1));
        Names("group", Base with { Groups = [new GroupCap("stocks", ["SPY"], [], [], 0.35m)] }, Buy(Base, "SPY", 1));
    }

    [Fact]
    public void Check_WhenACapWasExceededBefore_AcceptsThatItStays() => Accepts(With(account => account with { Caps = new() { ["SPY"] = 100 } }));

    [Fact]
    public void Check_WhenFewestTradesLeavesTheBand_NamesIt() =>
        Names("band", Base with { Objective = PlacementObjective.FewestTrades, Band = 0.05m, Targets = new() { ["SPY"] = 0.6m, ["BND"] = 0.28m } });
}
