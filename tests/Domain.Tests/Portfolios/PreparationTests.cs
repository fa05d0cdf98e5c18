using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Tests.Weights.Methods;

namespace Rebalancer.Domain.Tests.Portfolios;

public sealed class PreparationTests
{
    [Fact]
    public void Of_AnAccountNeverRead_WaitsForIt() =>
        Preparation.Of(Given.State(), Given.Readings(Given.Exchange()), Given.Manual, Given.Now)
            .ShouldBeOfType<Preparation.Wait>().Reasons.ShouldHaveSingleItem().ShouldContain("ib has not been read yet");

    [Fact]
    public void Of_BalancesOlderThanTheFrozenAge_WaitsAndSaysHowToGoOn() =>
        Preparation.Of(Given.State(), Given.Readings(Given.Exchange(), Given.Broker() with { BalancesAt = Given.Now.AddSeconds(-3601) }), Given.Manual, Given.Now)
            .ShouldBeOfType<Preparation.Wait>().Reasons.ShouldHaveSingleItem().ShouldContain("account pause ib --accept-stale");

    [Fact]
    public void Of_OldBalancesThatWereAccepted_FreezesTheAccountAndCountsIt()
    {
        var broker = Given.Broker() with { BalancesAt = Given.Now.AddDays(-2), StaleAccepted = true };

        var look = Given.Look(Given.State(), Given.Exchange(), broker);

        look.Valuation.Total.ShouldBe(20_000);
        look.Problem.Accounts.Single(account => account.Id == "ib").Frozen.ShouldBeTrue();
        look.Notes.ShouldContain(note => note.Contains("ib is frozen"));
    }

    [Fact]
    public void Of_AHoldingWhoseTaxLotsAreNotKnown_SellsNothingOfItAndSaysSo()
    {
        var settings = Given.Settings with { Taxes = new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.15m } };
        var tooMuch = Given.Exchange(usd: 0, btc: 0.4m);

        var look = Given.Look(Given.State(settings), tooMuch, Given.Broker());

        look.Problem.Accounts.Single(account => account.Id == "kraken").Markets.ShouldAllBe(market => market.Allow == AllowedSides.Buy);
        look.Notes.ShouldContain(note => note.StartsWith("BTC/USD at kraken: the cost of 0 of 0.4 BTC is known"));
        Planner.Plan(look.Problem, new NoSolver()).Plan.Trades.ShouldNotContain(trade => trade.Account == "kraken" && trade.Asset == "BTC");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("paused by ann")]
    public void Of_AnAssetReadShortOfTheBooks_WaitsAndSaysHowToGoOn(string? frozen)
    {
        var exchange = Given.Exchange(btc: 0) with { Disputed = ["BTC"], Frozen = frozen };

        var use = AccountUse.Of("kraken", exchange, Given.Settings.Limits, Given.Now);

        var reason = use.ShouldBeOfType<AccountUse.WaitedFor>().Reason;
        reason.ShouldStartWith("less BTC at kraken was read");
        reason.ShouldContain("account resume kraken");
    }

    [Fact]
    public void Of_DownAccount_IsFrozenWithItsReason()
    {
        var look = Given.Look(Given.State(), Given.Exchange(), Given.Broker() with { Frozen = "venue down since 14:58" });

        var ib = look.Problem.Accounts.Single(account => account.Id == "ib");
        ib.Frozen.ShouldBeTrue();
        ib.Holdings["SPY"].ShouldBe(8);
        ib.Markets.ShouldAllBe(market => market.Allow == AllowedSides.None);
    }

    [Fact]
    public void Of_ASideThatTheVenueRefuses_IsNotPlannedThere_AndSaysSo()
    {
        var refused = new RefusedSide(new MarketId("BTC", "USD"), TradeSide.Buy, "rejected 3 times alike: restricted (BTC)", Given.Now.AddMinutes(12));

        var look = Given.Look(Given.State(), Given.Exchange() with { Refused = [refused] }, Given.Broker());

        look.Problem.Accounts.Single(account => account.Id == "kraken").Markets.Single().Allow.ShouldBe(AllowedSides.Sell);
        look.Notes.ShouldHaveSingleItem().ShouldBe("BTC/USD at kraken: buys are not tried before 2026-11-21 15:12:00 UTC: rejected 3 times alike: restricted (BTC)");
    }

    [Fact]
    public void Of_ATargetThatNothingPrices_WaitsInsteadOfTakingZero()
    {
        var settings = Given.Settings with { Targets = TargetSettings.Fixed(new() { ["XYZ"] = 0.5m }) };

        Preparation.Of(Given.State(settings), Given.Readings(Given.Exchange(), Given.Broker()), Given.Manual, Given.Now)
            .ShouldBeOfType<Preparation.Wait>().Reasons.ShouldHaveSingleItem().ShouldContain("XYZ has a target but no account quotes it");
    }

    [Fact]
    public void Of_PriceTwoMarketsAway_IsFoundThroughBoth()
    {
        var exchange = Given.Exchange() with
        {
            Balances = [new Balance("BTC", 1, 0, 0, false), new Balance("EUR", 1_000, 0, 0, true)],
            Markets = [Given.Rules("BTC", 0.0001m, 10, 0.001m, "EUR")],
            Quotes = [Given.Quote("BTC", 40_000, "EUR")],
        };
        var broker = Given.Broker() with
        {
            Quotes = [Given.Quote("SPY", 500), new Quote(new MarketId("EUR", "USD"), 1.25m, 1.25m, Given.Now)],
        };

        var look = Given.Look(Given.State(), exchange, broker);

        look.Prices["BTC"].Price.ShouldBe(50_000);
        look.Prices["BTC"].Source.ShouldBe("BTC/EUR at kraken, EUR/USD at ib");
        // The minimum of 10 USD is 8 EUR, and the market's own of 10 EUR is larger.
        look.Problem.Accounts[0].Markets[0].MinNotional.ShouldBe(10);
    }

    [Fact]
    public void Of_StablecoinOffItsPeg_IsWorthWhatTheMarketPays()
    {
        var exchange = Given.Exchange() with
        {
            Balances = [new Balance("USDT", 10_000, 0, 0, true)],
            Quotes = [Given.Quote("BTC", 50_000), new Quote(new MarketId("USDT", "USD"), 0.89m, 0.91m, Given.Now)],
        };

        Given.Look(Given.State(), exchange, Given.Broker()).Valuation.ByAccount["kraken"].ShouldBe(9_000);
    }

    [Fact]
    public void Of_ZeroOrCrossedQuote_IsNoPrice()
    {
        var crossed = Given.Exchange() with { Quotes = [new Quote(new MarketId("BTC", "USD"), 50_100, 50_000, Given.Now)] };

        Preparation.Of(Given.State(), Given.Readings(crossed, Given.Broker()), Given.Manual, Given.Now).ShouldBeOfType<Preparation.Wait>();
    }

    [Fact]
    public void Of_UntargetedHolding_StaysOutsideTheValueUnlessToldToSell()
    {
        var broker = Given.Broker();
        broker = broker with
        {
            Balances = [.. broker.Balances, new Balance("GME", 10, 0, 0, false)],
            Markets = [.. broker.Markets, Given.Rules("GME", 1, 0, 0)],
            Quotes = [.. broker.Quotes, Given.Quote("GME", 20)],
        };

        var kept = Given.Look(Given.State(), Given.Exchange(), broker);
        var sold = Given.Look(Given.State(Given.Settings with { Untargeted = UntargetedPolicy.Sell }), Given.Exchange(), broker);

        kept.Valuation.Total.ShouldBe(20_000);
        kept.Problem.Unmanaged.ShouldBe(["GME"]);
        sold.Valuation.Total.ShouldBe(20_200);
        sold.Problem.Unmanaged.ShouldBeEmpty();
        sold.Problem.Accounts.Single(account => account.Id == "ib").Markets.ShouldContain(market => market.Asset == "GME");
    }

    [Fact]
    public void Of_UnpricedHoldingToldToSell_IsLeftOutWithAWarning()
    {
        var broker = Given.Broker();
        broker = broker with { Balances = [.. broker.Balances, new Balance("OLD", 10, 0, 0, false)] };

        var look = Given.Look(Given.State(Given.Settings with { Untargeted = UntargetedPolicy.Sell }), Given.Exchange(), broker);

        look.Valuation.Total.ShouldBe(20_000);
        look.Notes.ShouldContain(note => note.Contains("OLD is held but no market prices it"));
    }

    [Fact]
    public void Of_MinimumTradeValue_RaisesTheMarketsMinimum() =>
        Given.Look(Given.State(Given.Settings with { MinTradeValue = 250 }), Given.Exchange(), Given.Broker())
            .Problem.Accounts[0].Markets[0].MinNotional.ShouldBe(250);

    [Fact]
    public void Of_LockedCash_CountsButCannotBeSpent()
    {
        var exchange = Given.Exchange() with { Balances = [new Balance("USD", 1_000, 400, 100, true)] };

        var account = Given.Look(Given.State(), exchange, Given.Broker()).Problem.Accounts[0];

        account.Cash["USD"].ShouldBe(1_000);
        account.Unsettled["USD"].ShouldBe(500);
    }

    [Fact]
    public void Of_ClosedSession_ValuesButDoesNotTrade()
    {
        var broker = Given.Broker();
        broker = broker with { Markets = [broker.Markets[0] with { Session = TradingSession.Closed, NextOpen = Given.Now.AddHours(2) }] };

        var look = Given.Look(Given.State(), Given.Exchange(), broker);

        look.Valuation.ByAsset["SPY"].ShouldBe(4_000);
        look.Problem.Accounts[1].Markets[0].Allow.ShouldBe(AllowedSides.None);
        look.Notes.ShouldContain(note => note.Contains("Closed until 2026-11-21 17:00:00 UTC"));
    }

    [Fact]
    public void Of_SessionThatEndedSinceItsRulesWereRead_DoesNotTrade()
    {
        var broker = Given.Broker();
        broker = broker with { Markets = [broker.Markets[0] with { NextClose = Given.Now.AddMinutes(-1) }] };

        Given.Look(Given.State(), Given.Exchange(), broker).Problem.Accounts[1].Markets[0].Allow.ShouldBe(AllowedSides.None);
    }

    [Fact]
    public void Of_StalePrice_DoesNotTradeThatMarket()
    {
        var exchange = Given.Exchange();
        exchange = exchange with { Quotes = [exchange.Quotes[0] with { At = Given.Now.AddSeconds(-6) }] };

        Given.Look(Given.State(), exchange, Given.Broker()).Problem.Accounts[0].Markets[0].Allow.ShouldBe(AllowedSides.None);
    }

    [Fact]
    public void Of_ReducingAccount_MayOnlySell() =>
        Given.Look(Given.State(), Given.Exchange() with { TradingState = TradingState.Reducing }, Given.Broker())
            .Problem.Accounts[0].Markets[0].Allow.ShouldBe(AllowedSides.Sell);

    [Theory]
    [InlineData(CashFlowMode.InvestOnly, false, PlacementObjective.BuyOnly)]
    [InlineData(CashFlowMode.WithdrawOnly, true, PlacementObjective.SellOnly)]
    [InlineData(CashFlowMode.Hybrid, false, PlacementObjective.BuyOnly)]
    [InlineData(CashFlowMode.Hybrid, true, PlacementObjective.Tracking)]
    [InlineData(CashFlowMode.Full, true, PlacementObjective.Tracking)]
    public void ObjectiveFor_EachCashFlow_IsAsDocumented(CashFlowMode mode, bool outOfBand, PlacementObjective expected) =>
        SettingsRules.ObjectiveFor(Given.Settings with { CashFlow = mode }, outOfBand).ShouldBe(expected);

    [Fact]
    public void Check_CashFlowAgainstObjective_IsAnError() =>
        SettingsRules.Check(Given.Settings with { CashFlow = CashFlowMode.InvestOnly, Placement = new() { Objective = PlacementObjective.SellOnly } })
            .ShouldHaveSingleItem().ShouldStartWith("cashFlow:");

    [Fact]
    public void Check_TargetOnTheBaseCurrency_IsAnError() =>
        SettingsRules.Check(Given.Settings with { Targets = TargetSettings.Fixed(new() { ["USD"] = 0.5m }) })
            .ShouldHaveSingleItem().ShouldContain("base currency");
}
