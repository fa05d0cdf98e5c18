using Rebalancer.Domain.Common;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

public sealed class PausingTests
{
    private static readonly PortfolioPaused Paused = new("ann", "exchange maintenance", Given.Now);

    private static PortfolioState Fold(PortfolioState state, params IEnumerable<object> events) => events.Aggregate(state, (before, @event) => before.Evolve(@event));

    [Fact]
    public void Pause_Twice_KeepsTheFirstReason()
    {
        Pausing.Pause(Given.State(), "ann", "exchange maintenance", Given.Now).ShouldBe([Paused]);

        var state = Fold(Given.State(), Paused);
        Pausing.Pause(state, "bob", "something else", Given.Now).ShouldBeEmpty();
        Pausing.Objection(state).ShouldBe("the portfolio is paused by ann: exchange maintenance; go on with: rebalancer portfolio resume main");
    }

    [Fact]
    public void Unpause_OfWhatIsNotPaused_EmitsNothing()
    {
        Pausing.Unpause(Given.State(), "ann", "over", Given.Now).ShouldBeEmpty();
        Pausing.Objection(Given.State()).ShouldBeNull();

        var resumed = Pausing.Unpause(Fold(Given.State(), Paused), "ann", "over", Given.Now);
        resumed.ShouldBe([new PortfolioUnpaused("ann", "over", Given.Now)]);
        Pausing.Objection(Fold(Given.State(), [Paused, .. resumed])).ShouldBeNull();
    }

    [Fact]
    public void Unpause_LeavesAHaltAndThePeakItIsMeasuredFrom()
    {
        var halted = Fold(Given.State() with { PeakIndex = 1.5m, LastIndex = 1 }, new TradingHalted("portfolio/main", "risk gate", "it fell", Given.Now), Paused);

        var resumed = Fold(halted, Pausing.Unpause(halted, "ann", "over", Given.Now));

        (resumed.IsHalted, resumed.PeakIndex).ShouldBe((true, 1.5m));
    }

    [Fact]
    public void Evaluate_WhilePaused_KeepsItsCausesAndDecidesNothing()
    {
        var settings = new PortfolioSettingsChanged(Given.Settings with { MinTradeValue = 11 }, "ann", Given.Now);
        var look = Given.Look(Fold(Given.State(), settings), Given.Exchange(), Given.Broker());
        Triggers.Evaluate(Fold(Given.State(), settings), look).ShouldNotBeNull();

        Triggers.Evaluate(Fold(Given.State(), settings, Paused), look).ShouldBeNull();

        Triggers.Evaluate(Fold(Given.State(), settings, Paused, new PortfolioUnpaused("ann", "over", Given.Now)), look)
            .ShouldNotBeNull().Kind.ShouldBe(TriggerKind.SettingsChanged);
    }

    [Fact]
    public void Retire_BeforeItIsPausedOrWhileADecisionIsCarriedOut_IsRefused()
    {
        Pausing.RetireObjection(Given.State()).ShouldNotBeNull().ShouldContain("not paused");

        var decided = PortfolioTests.Decide(Given.State(), Given.Look(Given.State(), Given.Exchange(), Given.Broker()), PortfolioTests.BuyBtc);
        Pausing.RetireObjection(Fold(decided, Paused)).ShouldNotBeNull().ShouldContain(decided.Open!.Decided.DecisionId);
        Pausing.RetireObjection(Fold(Given.State(), Paused)).ShouldBeNull();
    }

    [Fact]
    public void Retire_LetsItsAccountsGoLiftsItsHaltsAndStaysPaused()
    {
        var state = Fold(
            Given.State(), new AccountJoined("kraken", Given.Now), new TradingHalted("portfolio/main", "ann", "odd", Given.Now), new SlotFired("2026-11-23T16:30:00", Given.Now), Paused);

        var retired = Fold(state, Pausing.Retire(state, "ann", "closed", Given.Now));

        retired.Joined.ShouldBeEmpty();
        retired.Halts.ShouldBeEmpty();
        retired.Pending.ShouldBeEmpty();
        retired.Baseline.ShouldBeNull();
        retired.Pause.ShouldNotBeNull();
        retired.Settings.ShouldBe(state.Settings);
    }

    [Fact]
    public void Evolve_APausedState_RoundTripsThroughASnapshot()
    {
        var state = Fold(Given.State(), Paused);

        var read = CanonicalJson.Read<PortfolioState>(CanonicalJson.Write(state));

        read.Pause.ShouldBe(new PortfolioPause("ann", "exchange maintenance", Given.Now));
        CanonicalJson.Write(read).ShouldBe(CanonicalJson.Write(state));
    }
}
