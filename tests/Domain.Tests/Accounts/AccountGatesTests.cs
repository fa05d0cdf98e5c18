using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Gates on the account, its other orders and the decision: what makes each object, and whether it waits or denies.</summary>
public sealed class AccountGatesTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void DecidePermits_WhenAskedTwice_GrantsOnce()
    {
        _scenario.PlanBuy();
        _scenario.Arm();

        _scenario.Deferred("d1-1").Gate.ShouldBe("state");
    }

    [Fact]
    public void DecidePermits_WhenExpired_Denies()
    {
        _scenario.PlanBuy();
        _scenario.Wait(300);
        _scenario.DeniedBy("expiry");
    }

    [Fact]
    public void DecidePermits_WhenHalted_Denies()
    {
        _scenario.PlanSell();
        _scenario.Apply(_scenario.Account.Halt("op", "test", _scenario.Now));
        _scenario.DeniedBy("halt").Reason.ShouldContain("op: test");
    }

    [Fact]
    public void DecidePermits_WhenPaused_Denies()
    {
        _scenario.PlanSell();
        _scenario.Apply(_scenario.Account.Pause("op", "test", false, _scenario.Now));
        _scenario.DeniedBy("halt");
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
    public void DecidePermits_WhenJustTakenOver_WaitsWhateverTheWallClockSays()
    {
        _scenario.PlanBuy();
        _scenario.OwnedFor = TimeSpan.FromSeconds(4.9);
        _scenario.Deferred().Gate.ShouldBe("start-up");
    }

    [Fact]
    public void DecidePermits_WhenNotReconciledSinceStart_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { OrdersReadAt = null };
        _scenario.Deferred().Gate.ShouldBe("start-up");
    }

    [Fact]
    public void DecidePermits_WhenRateBudgetIsSpent_WaitsAndGoesOnASecondLater()
    {
        _scenario.Policy = _scenario.Policy with { SubmitsPerSecond = 1 };
        _scenario.Plan(
            "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 1, 100),
            new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));
        _scenario.Arm();

        _scenario.Deferred("d1-2").Gate.ShouldBe("rate");
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

        _scenario.DeniedBy("rejects", "d1-1.4").Reason.ShouldContain("E1");
        var refused = RefusedAt(_scenario.Now).ShouldHaveSingleItem();
        (refused.Market, refused.Side).ShouldBe((AccountScenario.Btc, TradeSide.Buy));
        RefusedAt(refused.Until - TimeSpan.FromTicks(1)).ShouldHaveSingleItem();
        RefusedAt(refused.Until).ShouldBeEmpty();

        IReadOnlyList<RefusedSide> RefusedAt(DateTimeOffset now) => _scenario.Account.RefusedSides(OrderTimings.Default, now);
    }

    [Fact]
    public void DecidePermits_WhenAnUnknownOrderSharesAnAsset_Waits()
    {
        _scenario.Plan(
            "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 1, 100),
            new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Ambiguous("timeout"), _scenario.Now));

        _scenario.Deferred("d1-2").Gate.ShouldBe("unknown");
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

        _scenario.DeniedBy("quarantine", "d2-1");
        _scenario.Arm("d2-2");
    }

    [Fact]
    public void DecidePermits_WhenMarketHasALiveOrder_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Acknowledge();
        _scenario.Plan("d2", AccountScenario.Terms, new PlannedIntent("d2-1", AccountScenario.Btc, TradeSide.Buy, 1, 100));

        _scenario.Deferred("d2-1").Gate.ShouldBe("one-order");
    }
}
