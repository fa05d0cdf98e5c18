using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

/// <summary>A slot that falls on a holiday: SPY trades at the broker only, which is closed, BTC at the exchange, which never is.</summary>
public sealed class SlotSessionsTests
{
    private static readonly SlotFired Slot = new("2026-11-26T15:30:00", Given.Now);

    [Theory]
    [InlineData(ClosedMarkets.TradeOpen, true)]
    [InlineData(ClosedMarkets.Wait, false)]
    [InlineData(ClosedMarkets.Skip, false)]
    public void Evaluate_SlotOnAHoliday_DecidesAsTheSettingsSay(ClosedMarkets policy, bool decides)
    {
        var state = Fired(policy);
        (Triggers.Evaluate(state, Look(state, TradingSession.Closed)) is { Kind: TriggerKind.Schedule }).ShouldBe(decides);
        Triggers.Evaluate(state, Look(state, TradingSession.Open)).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.Schedule);
    }

    [Theory]
    [InlineData(TradingSession.Halted)]
    [InlineData(TradingSession.Delisted)]
    public void Evaluate_SlotWhileAMarketIsHaltedOrDelisted_DoesNotWaitForIt(TradingSession session)
    {
        var state = Fired(ClosedMarkets.Wait);
        Triggers.Evaluate(state, Look(state, session)).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.Schedule);
    }

    [Fact]
    public void Evaluate_SlotWhileTheClosedAccountIsPausedAnyway_DoesNotWaitForIt()
    {
        var state = Fired(ClosedMarkets.Wait);
        var look = Given.Look(state, Exchange, Broker(TradingSession.Closed) with { Frozen = "paused" });
        Triggers.Evaluate(state, look).ShouldNotBeNull().Kind.ShouldBe(TriggerKind.Schedule);
    }

    [Fact]
    public void Skip_WhileClosed_EndsTheSlotForGood()
    {
        var state = Fired(ClosedMarkets.Skip);

        var skipped = SlotSessions.Skip(state, Look(state, TradingSession.Closed)).ShouldNotBeNull();

        (skipped.LocalSlot, skipped.Reason).ShouldBe((Slot.LocalSlot, "SPY is closed wherever it trades"));
        var after = state.Evolve(skipped);
        Triggers.Evaluate(after, Look(after, TradingSession.Open)).ShouldBeNull();
        SlotSessions.Skip(after, Look(after, TradingSession.Closed)).ShouldBeNull();
    }

    [Fact]
    public void Skip_WhileOpenOrBySettingsThatWait_EndsNothing()
    {
        var skips = Fired(ClosedMarkets.Skip);
        SlotSessions.Skip(skips, Look(skips, TradingSession.Open)).ShouldBeNull();
        var waits = Fired(ClosedMarkets.Wait);
        SlotSessions.Skip(waits, Look(waits, TradingSession.Closed)).ShouldBeNull();
    }

    [Theory]
    [InlineData(TradingSession.Closed, true)]
    [InlineData(TradingSession.Open, false)]
    public void Decide_ForAnotherCauseWhileASlotWaits_LeavesItOnlyIfSomethingWasClosed(TradingSession session, bool stays)
    {
        var state = Fired(ClosedMarkets.Wait);
        var look = Look(state, session);

        var decided = Deciding.Decide(state, look, Given.Plan(look), Sending.BySettings, Given.Now).Aggregate(state, (before, next) => before.Evolve(next));

        decided.Pending.Any(trigger => trigger.Kind == TriggerKind.Schedule).ShouldBe(stays);
    }

    private static AccountReading Exchange { get; } = Given.Exchange(usd: 2_000, btc: 0.16m);

    private static AccountReading Broker(TradingSession session) => Given.Broker(usd: 2_000, spy: 16) with
    {
        Markets = [Given.Rules("SPY", 1, 0, 0) with { Session = session, NextOpen = session == TradingSession.Closed ? Given.Now.AddDays(1) : null }],
    };

    private static PortfolioState Fired(ClosedMarkets policy) => Given.State(
        Given.Settings with { Schedule = new ScheduleSettings("0 30 15 ? * MON-FRI", "America/New_York") { WhenClosed = policy } }, Slot);

    private static Preparation.Ready Look(PortfolioState state, TradingSession session) => Given.Look(state, Exchange, Broker(session));
}
