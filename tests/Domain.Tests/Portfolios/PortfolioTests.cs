using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

public sealed class PortfolioTests
{
    private static readonly AccountReading[] Balanced = [Given.Exchange(usd: 2_000, btc: 0.16m), Given.Broker(usd: 2_000, spy: 16)];

    [Fact]
    public void Evaluate_EveryAssetInsideItsBand_IsNoTrigger() =>
        Triggers.Evaluate(Given.State(), Given.Look(Given.State(), Balanced)).ShouldBeNull();

    [Fact]
    public void Evaluate_AnAssetOutsideItsBand_NamesTheWorst()
    {
        var trigger = Triggers.Evaluate(Given.State(), Given.Look(Given.State(), Given.Exchange(), Given.Broker(spy: 16)));

        trigger.ShouldNotBeNull().Kind.ShouldBe(TriggerKind.DriftBand);
        trigger.Detail.ShouldStartWith("BTC is at 16.67 %");
    }

    [Fact]
    public void Evaluate_MoneyArrivedSinceTheLastDecision_IsADeposit()
    {
        var state = Completed(Given.State(), Balanced) with { QuietUntil = null };

        var trigger = Triggers.Evaluate(state, Given.Look(state, Given.Exchange(usd: 2_500, btc: 0.16m), Balanced[1]));

        trigger.ShouldBe(new Trigger(TriggerKind.Deposit, "500 USD arrived at kraken"));
    }

    [Fact]
    public void Evaluate_ChangedSettings_DecideEvenInsideTheMinimumInterval()
    {
        var state = Completed(Given.State(Given.Settings with { MinIntervalDays = 7 }), Balanced)
            .Evolve(new PortfolioSettingsChanged(Given.Settings with { MinIntervalDays = 7, CashReserve = 100 }, "ann", Given.Now));

        Triggers.Evaluate(state, Given.Look(state, Balanced)).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.SettingsChanged);
    }

    [Fact]
    public void Evaluate_OutOfBandInsideTheMinimumInterval_Waits()
    {
        var state = Completed(Given.State(Given.Settings with { MinIntervalDays = 7 }), Balanced) with { QuietUntil = null };

        Triggers.Evaluate(state, Given.Look(state, Given.Exchange(), Given.Broker())).ShouldBeNull();
    }

    [Fact]
    public void Evaluate_DriftTheLastPlanCouldNotMend_WaitsUntilItMovesOnOrAMarketOpens()
    {
        AccountReading[] stuck = [Given.Exchange(), Given.Broker(usd: 6_000, spy: 16)];
        var look = Given.Look(Given.State(), stuck);
        var state = Decide(Given.State(), look) with { QuietUntil = null };
        var movedOn = Given.Look(state, Given.Exchange(btc: 0.03m, price: 50_000), stuck[1]);
        var another = Given.Exchange() with { Markets = [.. stuck[0].Markets, Given.Rules("SPY", 1, 0, 0)], Quotes = [.. stuck[0].Quotes, Given.Quote("SPY", 500)] };

        Triggers.Evaluate(state, Given.Look(state, stuck)).ShouldBeNull();
        Triggers.Evaluate(state, movedOn).ShouldNotBeNull();
        Triggers.Evaluate(state, Given.Look(state, another, stuck[1])).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.DriftBand);
    }

    [Fact]
    public void Evaluate_QuietFoundWhileAnAccountWasOutOfReach_EndsWhenItIsBack()
    {
        AccountReading[] back = [Given.Exchange(), Given.Broker(spy: 16)];
        AccountReading[] down = [.. back.Select(reading => reading with { Frozen = "venue down" })];
        var state = Decide(Given.State(), Given.Look(Given.State(), down));

        Triggers.Evaluate(state, Given.Look(state, down)).ShouldBeNull();
        Triggers.Evaluate(state, Given.Look(state, down[0], back[1])).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.DriftBand);
        Triggers.Evaluate(Decide(Given.State(), Given.Look(Given.State(), back)), Given.Look(state, back)).ShouldBeNull();
    }

    [Fact]
    public void Evaluate_WhileADecisionIsOpen_Waits()
    {
        var look = Given.Look(Given.State(), Given.Exchange(), Given.Broker());
        var state = Decide(Given.State(), look, BuyBtc);

        Triggers.Evaluate(state, look).ShouldBeNull();
    }

    [Fact]
    public void Evaluate_SlotFiredBeforeARestart_IsStillPending()
    {
        var state = Given.State().Evolve(new SlotFired("2026-11-21T16:30:00", Given.Now));

        Triggers.Evaluate(state, Given.Look(state, Balanced)).ShouldBe(new Trigger(TriggerKind.Schedule, "scheduled for 2026-11-21T16:30:00"));
    }

    [Fact]
    public void Decide_PlanWithTrades_DispatchesEveryOrderUnderItsOwnId()
    {
        var look = Given.Look(Given.State(), Given.Exchange(), Given.Broker());

        var events = Deciding.Decide(Given.State(), look, Given.Plan(look, BuyBtc, ("ib", "SPY", TradeSide.Buy, 8)), Sending.BySettings, Given.Now);

        var decided = events[0].ShouldBeOfType<RebalanceDecided>();
        decided.DriftBefore.ShouldBe(0.4, 1e-12);
        decided.DriftPlanned.ShouldBe(0.2, 1e-12);
        var dispatched = events[1].ShouldBeOfType<DecisionDispatched>();
        dispatched.Parts.SelectMany(part => part.Trades).Select(trade => trade.IntentId)
            .ShouldBe([$"{decided.DecisionId}/ib/1", $"{decided.DecisionId}/kraken/1"]);
        dispatched.ExpiresAt.ShouldBe(Given.Now.AddSeconds(150));
    }

    [Theory]
    [InlineData(TradingMode.DryRun, ApprovalMode.Automatic, Sending.BySettings)]
    [InlineData(TradingMode.DryRun, ApprovalMode.Automatic, Sending.Approved)]
    [InlineData(TradingMode.Live, ApprovalMode.Manual, Sending.BySettings)]
    [InlineData(TradingMode.Live, ApprovalMode.Automatic, Sending.Hold)]
    public void Decide_DryRunOrApprovalMissing_SendsNothing(TradingMode mode, ApprovalMode approval, Sending sending)
    {
        var state = Given.State(Given.Settings with { Mode = mode, Approval = approval });
        var look = Given.Look(state, Given.Exchange(), Given.Broker());

        Deciding.Decide(state, look, Given.Plan(look, BuyBtc), sending, Given.Now)
            .ShouldHaveSingleItem().ShouldBeOfType<RebalanceDecided>().Disposition.ShouldBe(Disposition.Waiting);
    }

    [Fact]
    public void Decide_FallbackPlan_IsRefused()
    {
        var look = Given.Look(Given.State(), Given.Exchange(), Given.Broker());
        var result = Given.Plan(look, BuyBtc);

        var decided = Deciding.Decide(Given.State(), look, result with { Plan = result.Plan with { Fallback = true } }, Sending.BySettings, Given.Now)
            .ShouldHaveSingleItem().ShouldBeOfType<RebalanceDecided>();

        decided.Disposition.ShouldBe(Disposition.Refused);
        decided.RefusedBecause.ShouldNotBeNull().ShouldContain("never traded");
    }

    [Fact]
    public void Decide_BeyondTheDailyTurnover_IsRefused()
    {
        var state = Given.State(Given.Settings with { Limits = new() { MaxDailyTurnover = 0.15m } });
        var look = Given.Look(state, Given.Exchange(), Given.Broker());

        Deciding.Decide(state, look, Given.Plan(look, BuyBtc, ("ib", "SPY", TradeSide.Buy, 8)), Sending.BySettings, Given.Now)
            .ShouldHaveSingleItem().ShouldBeOfType<RebalanceDecided>().RefusedBecause.ShouldNotBeNull().ShouldContain("limits.maxDailyTurnover");
    }

    [Fact]
    public void Drawdown_FallOfPrices_IsSeenThroughADeposit()
    {
        var state = Completed(Given.State(), Balanced);
        // BTC loses 60 % (0.24 of the whole) while as much money comes in: the value has not moved, the performance has.
        var look = Given.Look(state, Given.Exchange(usd: 6_800, btc: 0.16m, price: 20_000), Balanced[1]);

        look.Valuation.Total.ShouldBe(20_000);
        DecisionGates.Drawdown(state, look).ShouldNotBeNull().ShouldContain("24.00 %");
    }

    [Fact]
    public void Drawdown_Withdrawal_IsNoFall()
    {
        var state = Completed(Given.State(), Balanced);

        DecisionGates.Drawdown(state, Given.Look(state, Given.Exchange(usd: 0, btc: 0), Balanced[1])).ShouldBeNull();
    }

    [Fact]
    public void Complete_HalfFilled_LeavesARemainderToDecide()
    {
        var state = Decide(Given.State(), Given.Look(Given.State(), Given.Exchange(), Given.Broker()), BuyBtc);
        state = state.Evolve(Report(state, filled: 0.08m));

        var completed = Completing.Complete(state, state.Open!, Given.Readings(Given.Exchange(), Given.Broker()), Given.Now);

        completed.Remainder.ShouldNotBeNull().ShouldContain("0.08 of 0.16 BTC was bought at kraken");
        Triggers.Evaluate(state.Evolve(completed), Given.Look(state, Balanced)).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.Remainder);
    }

    [Fact]
    public void Complete_LeftoverBelowTheSmallestTrade_IsDust()
    {
        var state = Decide(Given.State(), Given.Look(Given.State(), Given.Exchange(), Given.Broker()), BuyBtc);
        state = state.Evolve(Report(state, filled: 0.1599m));

        Completing.Complete(state, state.Open!, Given.Readings(Given.Exchange(), Given.Broker()), Given.Now).Remainder.ShouldBeNull();
    }

    [Fact]
    public void Complete_RefusedInTwoDecisionsInARow_IsLeftAloneWithItsReason()
    {
        var state = Given.State();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var trigger = Triggers.Evaluate(state, Given.Look(state, Given.Exchange(), Given.Broker())) ?? Given.Manual;
            state = Decide(state, Given.Look(state, Given.Exchange(), Given.Broker()), trigger, BuyBtc);
            state = state.Evolve(Report(state, filled: 0, OrderState.Rejected, "market suspended"));
            state = state.Evolve(Completing.Complete(state, state.Open!, Given.Readings(Given.Exchange(), Given.Broker()), Given.Now));
        }

        state.Pending.ShouldBeEmpty();
        state.Untradeable.ShouldHaveSingleItem().Reason.ShouldContain("market suspended");
        Given.Look(state, Given.Exchange(), Given.Broker()).Problem.Accounts[0].Markets[0].Allow.ShouldBe(AllowedSides.None);
    }

    [Fact]
    public void IsDue_AccountSilentPastExpiry_DoesNotHoldUpTheOthers()
    {
        var state = Decide(Given.State(), Given.Look(Given.State(), Given.Exchange(), Given.Broker()), BuyBtc);
        var expires = state.Open!.Dispatched!.ExpiresAt;

        Completing.IsDue(state.Open, expires).ShouldBeFalse();
        Completing.IsDue(state.Open, expires + Cadence.ReportGrace + TimeSpan.FromSeconds(1)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(50_400, 0.16, null)]
    [InlineData(50_600, 0.16, "the price of BTC")]
    [InlineData(50_000, 0.17, "went from 0.16 to 0.17")]
    public void DiffersBeyondCollar_PriceOrQuantityMoved_SaysWhich(double price, double quantity, string? expected)
    {
        var decided = Decide(Given.State(), Given.Look(Given.State(), Given.Exchange(), Given.Broker()), BuyBtc).Open!.Decided;
        var fresh = Given.Plan(
            Given.Look(Given.State(), Given.Exchange(price: (decimal)price), Given.Broker()), ("kraken", "BTC", TradeSide.Buy, (decimal)quantity)).Plan;

        var difference = Deciding.DiffersBeyondCollar(decided, fresh);

        if (expected is null)
        {
            difference.ShouldBeNull();
        }
        else
        {
            difference.ShouldNotBeNull().ShouldContain(expected);
        }
    }

    [Fact]
    public void Evolve_StateOfALongHistory_RoundTripsThroughASnapshot()
    {
        var state = Completed(Given.State(), Balanced).Evolve(new TradingHalted("portfolio/main", "ann", "looks odd", Given.Now));

        CanonicalJson.Write(CanonicalJson.Read<PortfolioState>(CanonicalJson.Write(state))).ShouldBe(CanonicalJson.Write(state));
    }

    internal static (string Account, string Asset, TradeSide Side, decimal Quantity) BuyBtc { get; } = ("kraken", "BTC", TradeSide.Buy, 0.16m);

    internal static PortfolioState Decide(
        PortfolioState state, Preparation.Ready look, params (string Account, string Asset, TradeSide Side, decimal Quantity)[] trades) =>
        Decide(state, look, look.Request.Trigger, trades);

    internal static AccountExecutionReported Report(
        PortfolioState state, decimal filled, OrderState end = OrderState.Expired, string? reason = "timed out") => new(
        state.Open!.Decided.DecisionId, "kraken",
        [new TradeOutcome(
            $"{state.Open.Decided.DecisionId}/kraken/1", new MarketId("BTC", "USD"), TradeSide.Buy, 0.16m, filled, 50_010,
            filled == 0 ? [] : new() { ["USD"] = 8 }, filled == 0 ? 0 : 2, filled == 0.16m ? OrderState.Filled : end, filled == 0.16m ? null : reason)],
        Given.Now);

    private static PortfolioState Decide(
        PortfolioState state, Preparation.Ready look, Trigger trigger, params (string Account, string Asset, TradeSide Side, decimal Quantity)[] trades)
    {
        var asked = look with { Request = look.Request with { Trigger = trigger } };
        return Deciding.Decide(state, asked, Given.Plan(asked, trades), Sending.BySettings, Given.Now).Aggregate(state, (current, next) => current.Evolve(next));
    }

    private static PortfolioState Completed(PortfolioState state, AccountReading[] after)
    {
        state = Decide(state, Given.Look(state, after), BuyBtc);
        state = state.Evolve(Report(state, 0.16m));
        return state.Evolve(Completing.Complete(state, state.Open!, Given.Readings(after), Given.Now));
    }
}
