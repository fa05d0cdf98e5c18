using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.Ports;
using Rebalancer.Simulation.Processes;
using Rebalancer.Venues;

namespace Rebalancer.Simulation.World;

/// <summary>The service as it runs in one process: the production actors, on ports that can fail.</summary>
internal sealed record NodeProcess(SimulatedProcess Process, ActorSystem System, ClusterMember Member);

/// <summary>One machine: it runs one process of the service at a time, and starts it again when it died.</summary>
internal sealed class Machine(ClusterWorld world, string name)
{
    private int _lives;

    public string Name { get; } = name;

    /// <summary>Its wall clock less the true one.</summary>
    public TimeSpan ClockOffset { get; set; }

    public NodeProcess? Running { get; private set; }

    public void Start()
    {
        if (Running is not null)
            return;
        var process = new SimulatedProcess(world.Scheduler, Name, ++_lives, () => ClockOffset);
        var canary = world.Options.Canary;
        var member = new ClusterMember(
            new NodeDescription(process.Id), canary.Wrap(new LeasePort(world, process)), new NetworkPort(world, Name), process.Clock, canary.Wrap(new ClusterSettings()));
        var system = new ActorSystem(new ActorSystemOptions
        {
            Name = process.Id, Scheduler = process, Seed = world.Plan.Seed + (_lives * 7919), Cluster = member, OnDelivery = world.Trace.OnDelivery,
            LoggerFactory = world.Options.LoggerFactory,
        });
        Running = new NodeProcess(process, system, member);
        var engine = new PersistenceEngine(
            canary.Wrap(new JournalPort(world, process, member.Owns), world), ClusterWorld.Catalog, member.EpochOf, snapshotEvery: 40);
        system.Spawn(new Props(() => new DeliveryActor(engine, system.Entity)), "delivery");
        system.RegisterEntity(RosterActor.EntityType, _ => new Props(() => new RosterActor(engine)), () => ["roster"]);
        system.RegisterEntity("account", id => AccountSettings(id, process, member).CreateProps(engine), () => world.Plan.Portfolio.Accounts);
        system.RegisterEntity("portfolio", _ => PortfolioSettings().CreateProps(engine), () => [world.Plan.Portfolio.Id]);
        if (world.Faults.Strikes(FaultKind.RestartLoop, Name))
            world.Later(world.Faults.Seconds(FaultKind.RestartLoop, Name, 0, 8), () => Kill(process, TimeSpan.FromSeconds(2)));
    }

    /// <summary>Kills the process, if it is still the one meant, and starts the next after a while.</summary>
    public void Kill(SimulatedProcess process, TimeSpan down)
    {
        if (process.IsDead || Running?.Process != process)
            return;
        process.Kill();
        Running = null;
        world.Later(down, Start);
    }

    private AccountActorSettings AccountSettings(string id, SimulatedProcess process, ClusterMember member)
    {
        var isLong = world.Plan.IsLong;
        return new AccountActorSettings
        {
            Id = id,
            PortfolioId = world.Plan.Portfolio.Id,
            OpenVenue = () => ValueTask.FromResult(world.Options.Canary.Wrap((IVenue)new VenuePort(world, process, id), world, id)),
            LeaseRemaining = () => member.LeaseRemaining,
            Policy = world.Options.Canary.Wrap(WorldPolicy.Of(isLong)),
            PollInterval = TimeSpan.FromSeconds(isLong ? 300 : 10),
            QuotePollInterval = world.Plan.QuoteInterval,
        };
    }

    private PortfolioCoordinatorSettings PortfolioSettings() => new()
    {
        Portfolio = world.Options.Canary.Wrap(world.Portfolio),
        Place = problem => Planner.Plan(problem, world.Options.Solver, explain: true),
        Solver = world.Options.Solver,
        CheckInterval = TimeSpan.FromSeconds(world.Plan.IsLong ? 60 : 10),
    };
}

/// <summary>How every account is run.</summary>
internal static class WorldPolicy
{
    public static AccountPolicy Of(bool isLong) => new()
    {
        ReserveCurrency = "USD",
        Timings = isLong
            ? OrderTimings.Default with { EvidenceInterval = TimeSpan.FromSeconds(10), TacticsInterval = TimeSpan.FromSeconds(2) }
            : OrderTimings.Default,
    };
}
