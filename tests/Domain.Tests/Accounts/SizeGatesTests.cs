using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Gates on the order as it would be sent, and how it is sized before them.</summary>
public sealed class SizeGatesTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void DecidePermits_WhenBelowMinimum_Denies()
    {
        _scenario.PlanBuy(0.05m);
        _scenario.DeniedBy("market-rules").Reason.ShouldContain("below the minimum 10 USD");
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
        _scenario.Deferred("d1-2").Gate.ShouldBe("funds");

        _scenario.Arm();
        _scenario.Fill(2);
        _scenario.Wait(9);
        _scenario.Deferred("d1-2").Gate.ShouldBe("settlement");
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
}
