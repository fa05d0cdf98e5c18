using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Actors.Tests.Accounts;

public sealed class RosterActorTests : IDisposable
{
    private readonly SimulatedSystem _simulation = new();

    public RosterActorTests()
    {
        var engine = new PersistenceEngine(new InMemoryJournal(), new EventCatalog(JournalJson.Options).RegisterRosterEvents(), _ => 1);
        _simulation.System.RegisterEntity(RosterActor.EntityType, _ => new Rebalancer.Runtime.Actors.Props(() => new RosterActor(engine)));
    }

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void Message_NobodyKnows_IsNotAnswered_AndLeavesTheRosterAsItIs()
    {
        var roster = _simulation.System.Entity(RosterActor.Entity);
        _simulation.Ask<Roster>(roster, new RosterEvent.LiveConfirmed("main", "ann", "confirmed"));

        Should.Throw<TimeoutException>(() => _simulation.Ask<Roster>(roster, "what is this?"));

        _simulation.System.Inspect().Children.Single(actor => actor.Path == "/user/service").Children.ShouldHaveSingleItem().Restarts.ShouldBe(0);
        _simulation.Ask<Roster>(roster, new GetRoster()).Live.ShouldBe(["main"]);
    }

    [Fact]
    public void Portfolio_AddedTwice_StaysAsItWasAddedFirst()
    {
        var roster = _simulation.System.Entity(RosterActor.Entity);
        var added = new RosterEvent.PortfolioAdded("second", ["cold"], """{ "id": "second" }""", "ann", "more goals");
        _simulation.Ask<Roster>(roster, added).Portfolios.Keys.ShouldBe(["second"]);

        _simulation.Ask<Roster>(roster, added with { Settings = "{}" }).Portfolios["second"].Settings.ShouldBe(added.Settings);

        _simulation.Ask<Roster>(roster, new RosterEvent.PortfolioRemoved("second", "ann", "reached")).RemovedPortfolios.ShouldBe(["second"]);
    }
}
