using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

/// <summary>What cash gives cause for although every asset is inside its band.</summary>
public sealed class CashCausesTests
{
    private static readonly AccountReading[] Balanced = [Given.Exchange(usd: 2_000, btc: 0.16m), Given.Broker(usd: 2_000, spy: 16)];

    [Fact]
    public void Evaluate_CashThatHasSettledSinceTheLastDecision_IsIdleThoughNothingLeftItsBand()
    {
        // The 600 were there already, unsettled: they did not arrive, they became spendable.
        var before = Given.Broker(usd: 2_000, spy: 16) with { Balances = [new Balance("SPY", 16, 0, 0, false), new Balance("USD", 2_000, 0, 600, true)] };
        var state = Decided(Given.State(), [Balanced[0], before]);
        var settled = Given.Broker(usd: 2_600, spy: 16);

        var look = Given.Look(state, Balanced[0], settled);

        look.Assets.ShouldAllBe(asset => !asset.IsOut);
        Triggers.Evaluate(state, look).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.IdleCash);
        Triggers.Evaluate(state, Given.Look(state, Balanced[0], before)).ShouldBeNull();
    }

    [Fact]
    public void Evaluate_CashThatTheLastPlanLeft_IsKnownAndNoCause()
    {
        AccountReading[] rich = [Given.Exchange(usd: 2_600, btc: 0.16m), Balanced[1]];
        var state = Decided(Given.State(), rich);

        Triggers.Evaluate(state, Given.Look(state, rich)).ShouldBeNull();
    }

    [Fact]
    public void Evaluate_AFallOfPricesThatRaisesTheShareOfCash_IsNoCause()
    {
        var state = Decided(Given.State(), Balanced);

        Triggers.Evaluate(state, Given.Look(state, Given.Exchange(usd: 2_000, btc: 0.16m, price: 48_000), Given.Broker(usd: 2_000, spy: 16, price: 480))).ShouldBeNull();
    }

    [Fact]
    public void Evaluate_AnAccountThatOwes_IsACauseEvenInsideTheMinimumInterval()
    {
        var state = Decided(Given.State(Given.Settings with { MinIntervalDays = 7 }), Balanced) with { LastDispatchedAt = Given.Now };

        var trigger = Triggers.Evaluate(state, Given.Look(state, Balanced[0], Given.Broker(usd: -300, spy: 20)));

        trigger.ShouldBe(new Trigger(TriggerKind.ShortCash, "ib lacks 300.00 USD of cash"));
    }

    [Fact]
    public void Evaluate_ADebtThatTheLastPlanCouldNotPay_WaitsUntilAMarketOpens()
    {
        var owing = Given.Broker(usd: -90_000, spy: 20);
        var state = Decided(Given.State(), [Given.Exchange(usd: 200_000, btc: 0.16m), owing]);

        Triggers.Evaluate(state, Given.Look(state, Given.Exchange(usd: 200_000, btc: 0.16m), owing))?.Kind.ShouldNotBe(TriggerKind.ShortCash);
    }

    [Theory]
    [InlineData(CashFlowMode.InvestOnly, PlacementObjective.SellOnly, 1)]
    [InlineData(CashFlowMode.Hybrid, PlacementObjective.SellOnly, 1)]
    [InlineData(CashFlowMode.WithdrawOnly, PlacementObjective.SellOnly, null)]
    [InlineData(CashFlowMode.Full, PlacementObjective.Tracking, null)]
    public void Prepare_WhenAnAccountOwes_SellsWhateverTheModeIsAndNoMoreThanThat(CashFlowMode mode, PlacementObjective objective, int? threshold)
    {
        var state = Given.State(Given.Settings with { CashFlow = mode });

        var problem = Given.Look(state, Given.Exchange(usd: 3_700, btc: 0.16m), Given.Broker(usd: -300, spy: 16)).Problem;

        (problem.Objective, problem.Threshold).ShouldBe((objective, threshold));
    }

    [Fact]
    public void Evaluate_DustWithoutATarget_IsTriedOnceAndThenLeftAlone()
    {
        var settings = Given.Settings with { Untargeted = UntargetedPolicy.Sell };
        AccountReading WithDust(decimal price) => Given.Exchange(usd: 2_000, btc: 0.16m) with
        {
            Balances = [new Balance("BTC", 0.16m, 0, 0, false), new Balance("DUST", 1, 0, 0, false), new Balance("USD", 2_000, 0, 0, true)],
            Markets = [Given.Rules("BTC", 0.0001m, 10, 0.001m), Given.Rules("DUST", 1, 50, 0.001m)],
            Quotes = [Given.Quote("BTC", 50_000), Given.Quote("DUST", price)],
        };
        Triggers.Evaluate(Given.State(settings), Given.Look(Given.State(settings), WithDust(2), Balanced[1])).ShouldNotBeNull();
        var state = Decided(Given.State(settings), [WithDust(2), Balanced[1]]);

        Triggers.Evaluate(state, Given.Look(state, WithDust(3), Balanced[1])).ShouldBeNull();
    }

    /// <summary>After a decision that traded nothing, its quiet time over.</summary>
    private static PortfolioState Decided(PortfolioState state, AccountReading[] readings)
    {
        var look = Given.Look(state, readings);
        var plan = Planner.Replay(look.Problem with { Objective = PlacementObjective.Simple, Threshold = 1 }, []).Plan;
        var events = Deciding.Decide(state, look, new PlacementResult(plan with { Trades = [] }, []), Sending.BySettings, Given.Now);
        return events.Aggregate(state, (folded, next) => folded.Evolve(next)) with { QuietUntil = null };
    }
}
