using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Tests.Accounts;

public sealed class RosterTests
{
    private static readonly RosterEvent.AccountAdded Added = new("paper-2", "main", """{ "id": "paper-2" }""", "ann", "more room");
    private static readonly RosterEvent.AccountRemoved Removed = new("paper-2", "ann", "closed");

    private static readonly RosterEvent.PortfolioAdded Second = new("second", ["cold"], """{ "id": "second" }""", "ann", "more goals");
    private static readonly RosterEvent.PortfolioRemoved RemovedSecond = new("second", "ann", "reached");

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
    public void Evolve_RestoresAnswered_AreCounted() =>
        Fold(new RosterEvent.RestoreAnswered("restore check", "older"), new RosterEvent.RestoreAnswered("restore check", "older again")).AnsweredRestores.ShouldBe(2);

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

    [Fact]
    public void Add_APortfolioWhoseIdOrAccountsAreTaken_EmitsNothing()
    {
        Roster.Empty.Add(Second).ShouldBe([Second]);
        Fold(Second).Add(Second with { Accounts = [] }).ShouldBeEmpty();
        Fold(Second).Add(Second with { PortfolioId = "third" }).ShouldBeEmpty("an account belongs to one portfolio");
        Fold(Second, Added with { PortfolioId = "second" }).Add(Second with { PortfolioId = "third", Accounts = ["paper-2"] }).ShouldBeEmpty();
    }

    [Fact]
    public void Evolve_PortfolioRemoved_LeavesItsAccountsToWhoeverAsksNext()
    {
        var removed = Fold(Second, Added with { PortfolioId = "second" }, RemovedSecond);

        removed.Portfolios.ShouldBeEmpty();
        removed.RemovedPortfolios.ShouldBe(["second"]);
        removed.Added["paper-2"].PortfolioId.ShouldBeNull();
        removed.Remove(RemovedSecond).ShouldBeEmpty();

        var third = Second with { PortfolioId = "third", Accounts = ["cold", "paper-2"] };
        removed.Add(third).ShouldBe([third]);
        var given = removed.Evolve(third).Evolve(Second with { Accounts = [] });
        given.Added["paper-2"].PortfolioId.ShouldBe("third");
        given.Portfolios["third"].Accounts.ShouldBe(["cold"]);
        given.RemovedPortfolios.ShouldBeEmpty();
    }

    [Fact]
    public void Evolve_AnAccountRemovedAndAddedElsewhere_IsNoLongerListedWhereItWas()
    {
        var moved = Fold(Second, new RosterEvent.AccountRemoved("cold", "ann", "closed"), Added with { AccountId = "cold" });

        moved.Portfolios["second"].Accounts.ShouldBeEmpty();
        moved.Added["cold"].PortfolioId.ShouldBe("main");
    }

    [Fact]
    public void Evolve_PortfolioRemoved_TakesItsConsentToRealOrdersBack()
    {
        var confirmed = new RosterEvent.LiveConfirmed("second", "ann", "typed");

        Fold(confirmed, Second).Live.ShouldBe(["second"]);
        Fold(confirmed, Second, RemovedSecond, Second).Live.ShouldBeEmpty();
    }
}
