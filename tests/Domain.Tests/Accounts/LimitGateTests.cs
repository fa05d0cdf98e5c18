using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Limits of the settings, in base currency, held against every order. Here the base currency is EUR, at 2 USD.</summary>
public sealed class LimitGateTests
{
    private static readonly ExecutionLimits NoLimits = new(
        ImmutableSortedDictionary<string, decimal>.Empty.Add("USD", 0.5m).Add("EUR", 1).Add("BTC", 50).Add("ETH", 5), null, null,
        ImmutableSortedDictionary<string, decimal>.Empty, null);

    private readonly AccountScenario _scenario = new();

    [Fact]
    public void MaxOrder_IsInBaseCurrency()
    {
        Plan(NoLimits with { MaxOrder = 125 }, Buy(10));
        var armed = _scenario.Arm();
        (armed.SizeLimit, armed.Request.Quantity).ShouldBe((SizeLimit.Maximum, 2.5m));
    }

    [Theory]
    [InlineData(150, true)]
    [InlineData(149, false)]
    public void MaxByAsset_CountsTheHoldingAndTheOrder(decimal most, bool passes)
    {
        Plan(NoLimits with { MaxByAsset = NoLimits.MaxByAsset.Add("BTC", most) }, Buy(1));
        ShouldBe("exposure", passes);
    }

    [Fact]
    public void MaxByAsset_NeverStopsASell()
    {
        Plan(NoLimits with { MaxByAsset = NoLimits.MaxByAsset.Add("BTC", 0) }, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Sell, 1, 100));
        _scenario.Arm();
    }

    [Theory]
    [InlineData(150, true)]
    [InlineData(149, false)]
    public void MaxHoldings_CountsEverythingHeldAndLive(decimal most, bool passes)
    {
        Plan(NoLimits with { MaxHoldings = most }, new PlannedIntent("d1-1", AccountScenario.Eth, TradeSide.Buy, 10, 10));
        ShouldBe("holdings", passes);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(99, false)]
    public void MaxDaily_CountsLiveOrdersInFull(decimal most, bool passes)
    {
        Plan(
            NoLimits with { MaxDaily = most }, Buy(1), new PlannedIntent("d1-2", AccountScenario.Eth, TradeSide.Buy, 10, 10));
        _scenario.Arm();
        ShouldBe("turnover", passes, "d1-2");
    }

    [Fact]
    public void MaxDaily_CountsOfEndedOrdersOnlyWhatWasFilled()
    {
        Plan(NoLimits with { MaxDaily = 60 }, Buy(1));
        _scenario.Arm();
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled)]));
        _scenario.Wait(11);
        _scenario.Apply(_scenario.Account.PlanNext("d1-1", 1, _scenario.Now, _scenario.Circumstances));
        _scenario.Arm("d1-1.2");
    }

    [Fact]
    public void Limits_WhenTheQuoteHasNoPrice_FailClosed()
    {
        Plan(NoLimits with { MaxOrder = 1_000, Prices = NoLimits.Prices.Remove("USD") }, Buy(1));
        _scenario.Ask("d1-1").Decisions.Single().ShouldBeOfType<PermitDecision.Refuse>().Denied.Reason.ShouldContain("no price of USD");
    }

    private static PlannedIntent Buy(decimal quantity) => new("d1-1", AccountScenario.Btc, TradeSide.Buy, quantity, 100);

    private void Plan(ExecutionLimits limits, params PlannedIntent[] trades) =>
        _scenario.Plan("d1", AccountScenario.Terms with { Limits = limits }, trades);

    private void ShouldBe(string gate, bool passes, string intent = "d1-1")
    {
        if (passes)
        {
            _scenario.Arm(intent);
        }
        else
        {
            _scenario.Ask(intent).Decisions.Single().ShouldBeOfType<PermitDecision.Refuse>().Denied.Gate.ShouldBe(gate);
        }
    }
}
