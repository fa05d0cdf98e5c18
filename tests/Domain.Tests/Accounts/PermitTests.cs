using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Permits: what one holds, when none is given whatever the gates say, and what a gate that fails comes to.</summary>
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
    public void Evolve_ReducingAfterAHalt_StaysHalted()
    {
        _scenario.Apply(_scenario.Account.Halt("op", "test", _scenario.Now));

        _scenario.Apply([new AccountReducing(_scenario.Now, "evidence", "a stranger")]);

        _scenario.Account.TradingState.ShouldBe(TradingState.Halted);
        _scenario.Account.TradingStateReason.ShouldBe("op: test");
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
}
