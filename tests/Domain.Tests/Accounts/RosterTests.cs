using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Tests.Accounts;

public sealed class RosterTests
{
    private static readonly RosterEvent.AccountAdded Added = new("paper-2", "main", """{ "id": "paper-2" }""", "ann", "more room");
    private static readonly RosterEvent.AccountRemoved Removed = new("paper-2", "ann", "closed");

    private static Roster Fold(params RosterEvent[] events) => events.Aggregate(Roster.Empty, (roster, @event) => roster.Evolve(@event));

    [Fact]
    public void Add_TheSameAccountAgain_EmitsNothing()
    {
        Roster.Empty.Add(Added).ShouldBe([Added]);
        Fold(Added).Add(Added).ShouldBeEmpty();
        Fold(Added).Add(Added with { Settings = """{ "id": "paper-2", "reserve": 5 }""" }).Count.ShouldBe(1);
    }

    [Fact]
    public void Confirm_APortfolioAgain_EmitsNothing()
    {
        var confirmed = new RosterEvent.LiveConfirmed("main", "ann", "typed");

        Roster.Empty.Confirm(confirmed).ShouldBe([confirmed]);
        Fold(confirmed).Confirm(confirmed).ShouldBeEmpty();
        Fold(confirmed).Live.ShouldBe(["main"]);
    }

    [Fact]
    public void Evolve_RemovedThenAdded_IsThereAgain()
    {
        var roster = Fold(Added, Removed, Added);
        roster.Added.Keys.ShouldBe(["paper-2"]);
        roster.Removed.ShouldBeEmpty();
        Fold(Added, Removed).Removed.ShouldBe(["paper-2"]);
        Fold(Added, Removed).Remove(Removed).ShouldBeEmpty();
    }

    [Fact]
    public void Reduce_IsLiftedByResumeWithTheHalt()
    {
        var (reduced, halted) = (new RosterEvent.TradingReduced("ann", "odd"), new RosterEvent.TradingHalted("ann", "odder"));
        var resumed = new RosterEvent.TradingResumed("ann", "all is well");
        Roster.Empty.Reduce(reduced).ShouldBe([reduced]);
        Fold(reduced).Reduce(reduced).ShouldBeEmpty();
        Fold(reduced).Resume(resumed).ShouldBe([resumed]);
        (Fold(reduced, halted, resumed).Halted, Fold(reduced, halted, resumed).Reducing).ShouldBe((false, false));
    }

    [Fact]
    public void Halt_Twice_EmitsOnce()
    {
        var halted = new RosterEvent.TradingHalted("ann", "strange prices");
        var resumed = new RosterEvent.TradingResumed("ann", "all is well");
        Roster.Empty.Halt(halted).ShouldBe([halted]);
        Fold(halted).Halt(halted).ShouldBeEmpty();
        Roster.Empty.Resume(resumed).ShouldBeEmpty();
        Fold(halted).Resume(resumed).ShouldBe([resumed]);
        Fold(halted, resumed).Halted.ShouldBeFalse();
    }
}
