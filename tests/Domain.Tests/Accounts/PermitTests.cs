using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Every gate before a permit: what makes it object, and whether it waits or denies.</summary>
public sealed class PermitTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void DecidePermits_WhenEveryGatePasses_ArmsAtTheTouchAndReservesTheWorstCase()
    {
        _scenario.PlanBuy();

        var armed = _scenario.Arm();

        armed.Request.ShouldBe(new OrderRequest(ClientOrderId.For("acc", "d1-1"), AccountScenario.Btc, TradeSide.Buy, OrderType.Limit, 1, 100));
        armed.Reservation.ShouldBe(new Reservation("USD", 100.2m));
        armed.SendBy.ShouldBe(_scenario.Now.AddSeconds(5));
        _scenario.StateOf().ShouldBe(OrderState.SendArmed);
    }

    [Fact]
    public void DecidePermits_WhenAskedTwice_GrantsOnce()
    {
        _scenario.PlanBuy();
        _scenario.Arm();

        Deferred("d1-1").Gate.ShouldBe("state");
    }

    [Fact]
    public void DecidePermits_WhenExpired_Denies()
    {
        _scenario.PlanBuy();
        _scenario.Wait(300);
        DeniedBy("expiry");
    }

    [Fact]
    public void DecidePermits_WhenHalted_Denies()
    {
        _scenario.PlanSell();
        _scenario.Apply(_scenario.Account.Halt("op", "test", _scenario.Now));
        DeniedBy("halt").Reason.ShouldContain("op: test");
    }

    [Fact]
    public void Evolve_ReducingAfterAHalt_StaysHalted()
    {
        _scenario.Apply(_scenario.Account.Halt("op", "test", _scenario.Now));

        _scenario.Apply([new AccountReducing(_scenario.Now, "evidence", "a stranger")]);

        _scenario.Account.TradingState.ShouldBe(TradingState.Halted);
        _scenario.Account.TradingStateReason.ShouldBe("op: test");
    }

    [Fact]
    public void DecidePermits_WhenTheQuoteIsFromTheFuture_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings.WithQuotes([new Quote(AccountScenario.Btc, 99, 101, _scenario.Now.AddMinutes(5))]);

        Deferred("d1-1").Reason.ShouldContain("in the future");
    }

    [Fact]
    public void DecidePermits_WhenPaused_Denies()
    {
        _scenario.PlanSell();
        _scenario.Apply(_scenario.Account.Pause("op", "test", false, _scenario.Now));
        DeniedBy("halt");
    }

    [Theory]
    [InlineData(TradeSide.Buy, false)]
    [InlineData(TradeSide.Sell, true)]
    public void DecidePermits_WhenReducing_ArmsSellsOnly(TradeSide side, bool isArmed)
    {
        _scenario.Plan("d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, side, 1, 100));
        _scenario.Apply([new AccountReducing(_scenario.Now, "test", "why")]);
        (_scenario.Ask("d1-1").Decisions.Single() is PermitDecision.Grant).ShouldBe(isArmed);
    }

    [Fact]
    public void DecidePermits_WhenJustStarted_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { StartedAt = _scenario.Now.AddSeconds(-4.9) };
        Deferred().Gate.ShouldBe("start-up");
    }

    [Fact]
    public void DecidePermits_WhenNotReconciledSinceStart_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { OrdersReadAt = null };
        Deferred().Gate.ShouldBe("start-up");
    }

    [Fact]
    public void DecidePermits_WhenRateBudgetIsSpent_WaitsAndGoesOnASecondLater()
    {
        _scenario.Policy = _scenario.Policy with { SubmitsPerSecond = 1 };
        _scenario.Plan(
            "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 1, 100),
            new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));
        _scenario.Arm();

        Deferred("d1-2").Gate.ShouldBe("rate");
        _scenario.Wait(1.1);
        _scenario.Arm("d1-2");
    }

    [Fact]
    public void DecidePermits_WhenRejectedThreeTimesAlike_Denies()
    {
        _scenario.PlanBuy();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var intent = attempt == 1 ? "d1-1" : $"d1-1.{attempt}";
            _scenario.Arm(intent);
            _scenario.Apply(_scenario.Account.ReportSend(intent, new SendOutcome.Rejected("E1", "bad"), _scenario.Now));
            _scenario.Apply(_scenario.Account.PlanNext("d1-1", 1, _scenario.Now, _scenario.Circumstances));
        }

        DeniedBy("rejects", "d1-1.4").Reason.ShouldContain("E1");
    }

    [Fact]
    public void DecidePermits_WhenAnUnknownOrderSharesAnAsset_Waits()
    {
        _scenario.Plan(
            "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 1, 100),
            new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Ambiguous("timeout"), _scenario.Now));

        Deferred("d1-2").Gate.ShouldBe("unknown");
    }

    [Fact]
    public void DecidePermits_WhenMarketIsQuarantined_DeniesThereAndArmsElsewhere()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Ambiguous("timeout"), _scenario.Now));
        _scenario.Wait(15 * 60);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances));
        _scenario.Plan(
            "d2", AccountScenario.Terms, new PlannedIntent("d2-1", AccountScenario.Btc, TradeSide.Buy, 1, 100),
            new PlannedIntent("d2-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));

        DeniedBy("quarantine", "d2-1");
        _scenario.Arm("d2-2");
    }

    [Fact]
    public void DecidePermits_WhenMarketHasALiveOrder_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Acknowledge();
        _scenario.Plan("d2", AccountScenario.Terms, new PlannedIntent("d2-1", AccountScenario.Btc, TradeSide.Buy, 1, 100));

        Deferred("d2-1").Gate.ShouldBe("one-order");
    }

    [Theory]
    [InlineData(1.001)]
    [InlineData(-1.001)]
    public void DecidePermits_WhenClocksDiffer_Waits(double skew)
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { ClockSkew = TimeSpan.FromSeconds(skew) };
        Deferred().Gate.ShouldBe("clock");
    }

    [Fact]
    public void DecidePermits_WhenBalancesAreOld_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { BalancesReadAt = _scenario.Now.AddSeconds(-30.001) };
        Deferred().Gate.ShouldBe("balances");
    }

    [Fact]
    public void DecidePermits_WhenBalancesWereReadTooSoonAfterAFill_WaitsUntilTheyFollow()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Fill(1);
        _scenario.Plan("d2", AccountScenario.Terms, new PlannedIntent("d2-1", AccountScenario.Eth, TradeSide.Buy, 10, 10));

        _scenario.Wait(9.9);
        Deferred("d2-1").Gate.ShouldBe("settlement");
        _scenario.Wait(0.1);
        _scenario.Arm("d2-1");
    }

    [Fact]
    public void DecidePermits_WhenBalanceDiffersFromBooks_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Read(new Balance("USD", 10_500, 0, 0, true), new Balance("BTC", 2, 0, 0, false));
        Deferred().Gate.ShouldBe("books");
    }

    [Fact]
    public void DecidePermits_WhenRulesAreOld_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { MarketsReadAt = _scenario.Now.AddMinutes(-61) };
        Deferred().Gate.ShouldBe("rules");
    }

    [Fact]
    public void DecidePermits_WhenMarketIsNotListed_Denies()
    {
        _scenario.PlanBuy();
        _scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Eth));
        DeniedBy("rules");
    }

    [Theory]
    [InlineData(TradingSession.Closed, 60, true)]
    [InlineData(TradingSession.Closed, 3600, false)]
    [InlineData(TradingSession.Halted, 60, true)]
    [InlineData(TradingSession.Delisted, 60, false)]
    public void DecidePermits_WhenMarketIsNotOpen_WaitsOnlyIfItMayOpenInTime(TradingSession session, int opensIn, bool waits)
    {
        _scenario.PlanBuy();
        _scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Btc) with
        {
            Session = session, NextOpen = _scenario.Now.AddSeconds(opensIn),
        });

        var decision = _scenario.Ask("d1-1").Decisions.Single();
        (decision is PermitDecision.Defer { Gate: "session" }).ShouldBe(waits);
        (decision is PermitDecision.Refuse).ShouldBe(!waits);
    }

    [Fact]
    public void DecidePermits_WhenPriceIsOldOrAbsent_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Now += TimeSpan.FromSeconds(5.1);
        Deferred().Gate.ShouldBe("price");
        _scenario.Readings = _scenario.Readings with { Quotes = ImmutableSortedDictionary<string, Quote>.Empty };
        Deferred().Reason.ShouldContain("no quote");
    }

    [Fact]
    public void DecidePermits_WhenPriceLeftTheCollar_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Quote(AccountScenario.Btc, 101, 101.01m);
        Deferred().Gate.ShouldBe("collar");
    }

    [Fact]
    public void DecidePermits_WhenBelowMinimum_Denies()
    {
        _scenario.PlanBuy(0.05m);
        DeniedBy("market-rules").Reason.ShouldContain("below the minimum 10 USD");
    }

    [Fact]
    public void DecidePermits_WhenCashIsShort_ShrinksToConfirmedCashLessReserve()
    {
        _scenario.Policy = _scenario.Policy with { Reserve = 500, ReserveCurrency = "USD" };
        _scenario.PlanBuy(200);

        var armed = _scenario.Arm();

        armed.SizeLimit.ShouldBe(SizeLimit.Cash);
        armed.Request.Quantity.ShouldBe(94.81m);
        armed.Reservation.Amount.ShouldBeLessThanOrEqualTo(9_500);
    }

    [Fact]
    public void DecidePermits_WhenProceedsAreNotConfirmed_BuyWaitsForThem()
    {
        _scenario.Plan(
            "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Sell, 2, 100),
            new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 1_010, 10));
        Deferred("d1-2").Gate.ShouldBe("funds");

        _scenario.Arm();
        _scenario.Fill(2);
        _scenario.Wait(9);
        Deferred("d1-2").Gate.ShouldBe("settlement");
        _scenario.Wait(1);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances));
        _scenario.Arm("d1-2").Request.Quantity.ShouldBe(1_010);
    }

    [Fact]
    public void DecidePermits_WhenCashIsSpokenFor_DeniesTheSecondBuy()
    {
        _scenario.Plan(
            "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 99.8m, 100),
            new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));

        var round = _scenario.Ask("d1-1", "d1-2");

        round.Decisions[0].ShouldBeOfType<PermitDecision.Grant>();
        round.Decisions[1].ShouldBeOfType<PermitDecision.Refuse>().Denied.Gate.ShouldBe("funds");
    }

    [Fact]
    public void DecidePermits_WhenOrderIsAboveTheCap_ShrinksToIt()
    {
        _scenario.Plan(
            "d1", AccountScenario.Terms with { MaxOrderNotional = 250 }, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 10, 100));
        var armed = _scenario.Arm();
        (armed.SizeLimit, armed.Request.Quantity).ShouldBe((SizeLimit.Maximum, 2.5m));
    }

    [Fact]
    public void DecidePermits_WhenAssetIsMissingFromBalances_NeverTakesItForZeroOrArms()
    {
        _scenario.Plan("d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Eth, TradeSide.Sell, 10, 10));
        _scenario.Ask("d1-1").Decisions.Single().ShouldBeOfType<PermitDecision.Refuse>();
    }

    [Fact]
    public void Judge_WhenAGateErrors_FailsClosed()
    {
        var gate = new RiskGate("broken", input => input.Rules.LotSize < 0 ? new GateVerdict.Wait("negative lot") : GateVerdict.Pass);
        _scenario.PlanBuy();
        var input = new GateInput(_scenario.Account, _scenario.Circumstances, _scenario.Account.Executions["d1"], _scenario.Account.Orders["d1-1"]);

        gate.Judge(input).ShouldBeOfType<GateVerdict.Deny>().Reason.ShouldContain("the gate failed");
    }

    [Fact]
    public void DecidePermits_WhenLeaseIsNearlyOver_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Account.DecidePermits(["d1-1"], _scenario.Circumstances, TimeSpan.Zero).Decisions.Single()
            .ShouldBeOfType<PermitDecision.Defer>().Gate.ShouldBe("lease");
    }

    private PermitDecision.Defer Deferred(string intent = "d1-1") =>
        _scenario.Ask(intent).Decisions.Single().ShouldBeOfType<PermitDecision.Defer>();

    private OrderDenied DeniedBy(string gate, string intent = "d1-1")
    {
        var denied = _scenario.Ask(intent).Decisions.Single().ShouldBeOfType<PermitDecision.Refuse>().Denied;
        denied.Gate.ShouldBe(gate);
        _scenario.StateOf(intent).ShouldBe(OrderState.Denied);
        return denied;
    }
}
