using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Tests.Accounts;

namespace Rebalancer.Domain.Tests.Orders;

public sealed class ExecutionTacticsTests
{
    private readonly AccountScenario _scenario = new();
    private readonly SortedDictionary<string, string> _waiting = new(StringComparer.Ordinal);

    [Fact]
    public void Next_WhenPlanHasSells_AsksForThemFirst()
    {
        PlanBoth();
        Next().Single().ShouldBeOfType<TacticStep.AskPermits>().IntentIds.ShouldBe(["d1-1"]);
    }

    [Fact]
    public void Next_WhenTheSellHasToWait_AsksForBuysToo()
    {
        PlanBoth();
        _waiting["d1-1"] = "session: closed";
        Next().Single().ShouldBeOfType<TacticStep.AskPermits>().IntentIds.ShouldBe(["d1-1", "d1-2"]);
    }

    [Fact]
    public void Next_WhileASellIsLive_AsksNothing()
    {
        PlanBoth();
        _scenario.Arm();
        Next().ShouldBeEmpty();
    }

    [Fact]
    public void Next_WhenAnOrderTimedOut_CancelsIt()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Acknowledge();
        _scenario.Now += TimeSpan.FromSeconds(59);
        Next().ShouldBeEmpty();
        _scenario.Now += TimeSpan.FromSeconds(1);
        Next().Single().ShouldBeOfType<TacticStep.AskCancel>().IntentId.ShouldBe("d1-1");
    }

    [Fact]
    public void Next_WhenTheCancelWasRefused_LeavesTheVenueTime()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Acknowledge();
        _scenario.Now += TimeSpan.FromSeconds(60);
        _scenario.Apply(_scenario.Account.RequestCancel("d1-1", "timeout", _scenario.Now));
        _scenario.Apply(_scenario.Account.ReportCancel("d1-1", CancelOutcome.Refused, _scenario.Now));
        Next().ShouldBeEmpty();
        _scenario.Now += TimeSpan.FromSeconds(5);
        Next().Single().ShouldBeOfType<TacticStep.AskCancel>();
    }

    [Fact]
    public void Next_WhenCancelledWithARest_PlansTheRestAsANewIntent()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Fill(0.4m);
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled, 0.4m)]));

        Next().Single().ShouldBe(new TacticStep.PlanNext("d1-1", 0.6m, _scenario.Now));

        _scenario.Apply(_scenario.Account.PlanNext("d1-1", 0.6m, _scenario.Now, _scenario.Circumstances));
        _scenario.Account.Orders["d1-1.2"].ClientOrderId.ShouldNotBe(_scenario.Account.Orders["d1-1"].ClientOrderId);
        _scenario.Account.PlanNext("d1-1", 0.6m, _scenario.Now, _scenario.Circumstances).ShouldBeEmpty();
    }

    [Fact]
    public void Next_WhenTheRestIsBelowTheMinimum_Finishes()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Fill(0.95m);
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled, 0.95m)]));
        Next().Single().ShouldBeOfType<TacticStep.Finish>();
    }

    [Fact]
    public void Next_WhileAnOrderIsUnknown_NeverPlansAnother()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Ambiguous("timeout"), _scenario.Now));
        Next().ShouldBeEmpty();
        _scenario.Account.PlanNext("d1-1", 1, _scenario.Now, _scenario.Circumstances).ShouldBeEmpty();
    }

    [Fact]
    public void Next_WhenDenied_Finishes()
    {
        _scenario.PlanBuy(0.05m);
        _scenario.Ask("d1-1");
        Next().Single().ShouldBeOfType<TacticStep.Finish>();
        _scenario.Account.OutcomesOf("d1").Single().State.ShouldBe(OrderState.Denied);
    }

    [Fact]
    public void Next_WhenShrunkToTheCash_DoesNotGoOnWithoutMoney()
    {
        _scenario.PlanBuy(200);
        _scenario.Fill(_scenario.Arm().Request.Quantity);
        Next().Single().ShouldBeOfType<TacticStep.Finish>();
        _scenario.Account.OutcomesOf("d1").Single().Reason.ShouldBe("shrunk to the confirmed cash");
    }

    [Fact]
    public void Next_WhenRejected_TriesAgainAfterAWhile()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Rejected("X", "no"), _scenario.Now));
        Next().Single().ShouldBe(new TacticStep.PlanNext("d1-1", 1, _scenario.Now.AddSeconds(5)));
    }

    [Fact]
    public void Next_WhenPastExpiry_ExpiresWhatWasNotSentSayingWhatItWaitedFor()
    {
        _scenario.PlanBuy();
        _waiting["d1-1"] = "price: old";
        _scenario.Now += TimeSpan.FromMinutes(5);
        var expire = Next().Single().ShouldBeOfType<TacticStep.Expire>();
        (expire.IntentIds.Single(), expire.Reason).ShouldBe(("d1-1", "expired waiting: price: old"));
    }

    [Fact]
    public void Next_WhenSliced_SpreadsEqualPartsATimeoutApart()
    {
        _scenario.Plan(
            "d1", AccountScenario.Terms with { Slices = 3 }, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Sell, 1, 100));
        _scenario.Account.Orders["d1-1"].Quantity.ShouldBe(0.333m);
        var planned = _scenario.Now;
        _scenario.Arm();
        _scenario.Fill(0.333m);
        Next().Single().ShouldBe(new TacticStep.PlanNext("d1-1", 0.333m, planned.AddSeconds(60)));
    }

    [Fact]
    public void Next_WhenTheAccountMayNotTrade_PlansNothingFurther()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.NotSent("late"), _scenario.Now));
        Next(mayTrade: false).Single().ShouldBeOfType<TacticStep.Finish>();
    }

    [Fact]
    public void Next_WhenRepricing_CancelsEarlierAndGoesOnAtThePriceOfThen()
    {
        Plan(AccountScenario.Terms with { Reprice = TimeSpan.FromSeconds(10) });
        _scenario.Arm().Request.LimitPrice.ShouldBe(99.99m);
        _scenario.Acknowledge();
        _scenario.Wait(9.9);
        Next().ShouldBeEmpty();
        _scenario.Wait(0.1);
        Next().Single().ShouldBeOfType<TacticStep.AskCancel>().Reason.ShouldBe("not filled within 10 s");

        _scenario.Apply(_scenario.Account.RequestCancel("d1-1", "reprice", _scenario.Now));
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled)]));
        var next = Next().Single().ShouldBeOfType<TacticStep.PlanNext>();
        _scenario.Apply(_scenario.Account.PlanNext(next.RootIntentId, next.Quantity, next.NotBefore, _scenario.Circumstances));
        _scenario.Wait(11);
        _scenario.Quote(AccountScenario.Btc, 99.5m, 99.6m);
        _scenario.Arm("d1-1.2").Request.LimitPrice.ShouldBe(99.5m);
    }

    [Theory]
    [InlineData(true, 4.9, false)]
    [InlineData(true, 5, true)]
    [InlineData(false, 0, true)]
    public void Next_WhenImmediateOrCancel_CancelsWhereTheVenueDoesNot(bool isSupported, double after, bool cancels)
    {
        _scenario.Policy = _scenario.Policy with { SupportsImmediateOrCancel = isSupported };
        Plan(AccountScenario.Terms with { TimeInForce = TimeInForce.ImmediateOrCancel });
        _scenario.Arm().Request.TimeInForce.ShouldBe(isSupported ? TimeInForce.ImmediateOrCancel : TimeInForce.GoodTilCancelled);
        _scenario.Acknowledge();
        _scenario.Now += TimeSpan.FromSeconds(after);
        Next().Any(step => step is TacticStep.AskCancel).ShouldBe(cancels);
    }

    [Theory]
    [InlineData(true, 65)]
    [InlineData(false, 60)]
    public void Next_WhenGoodTilDate_CancelsOnlyWhatTheVenueDidNotEnd(bool isSupported, double due)
    {
        _scenario.Policy = _scenario.Policy with { SupportsGoodTilDate = isSupported };
        Plan(AccountScenario.Terms with { TimeInForce = TimeInForce.GoodTilDate });
        _scenario.Arm().Request.GoodTill.ShouldBe(isSupported ? _scenario.Now.AddSeconds(60) : null);
        _scenario.Acknowledge();
        _scenario.Now += TimeSpan.FromSeconds(due - 0.1);
        Next().ShouldBeEmpty();
        _scenario.Now += TimeSpan.FromSeconds(0.1);
        Next().Single().ShouldBeOfType<TacticStep.AskCancel>();
    }

    [Fact]
    public void Next_AfterAnImmediateOrCancelThatGotNothing_LeavesTheMarketAWhile()
    {
        _scenario.Policy = _scenario.Policy with { SupportsImmediateOrCancel = true };
        Plan(AccountScenario.Terms with { TimeInForce = TimeInForce.ImmediateOrCancel });
        _scenario.Arm();
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled)]));
        Next().Single().ShouldBe(new TacticStep.PlanNext("d1-1", 1, _scenario.Now.AddSeconds(5)));
    }

    [Fact]
    public void PlanNext_OnceTheDecisionIsOver_PlansNothing()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.NotSent("late"), _scenario.Now));
        _scenario.Account.PlanNext("d1-1", 1, _scenario.Now, _scenario.Circumstances).ShouldNotBeEmpty();

        _scenario.Apply(_scenario.Account.Finish("d1", _scenario.Now));

        _scenario.Account.PlanNext("d1-1", 1, _scenario.Now, _scenario.Circumstances).ShouldBeEmpty();
    }

    private void Plan(ExecutionTerms terms) =>
        _scenario.Plan("d1", terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Sell, 1, 100));

    private void PlanBoth() => _scenario.Plan(
        "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Sell, 1, 100),
        new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));

    private IReadOnlyList<TacticStep> Next(bool mayTrade = true) => ExecutionTactics.Next(new TacticInput(
        _scenario.Account.Executions["d1"], _scenario.Account.OrdersOf("d1"), _scenario.Now, OrderTimings.Default,
        _scenario.Readings.RulesOf, _waiting, mayTrade));
}
