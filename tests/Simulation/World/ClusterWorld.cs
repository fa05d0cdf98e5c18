using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Runtime.Sharding;
using Rebalancer.Simulation.Canaries;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.Observing;
using Rebalancer.Simulation.Processes;

namespace Rebalancer.Simulation.World;

/// <param name="Only">Ids of the faults to let happen; null: as the seed draws them.</param>
internal sealed record WorldOptions(IMilpSolver Solver, Canary Canary, IReadOnlySet<string>? Only, TextWriter? TraceText)
{
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}

/// <summary>Everything outside the processes: time, venues, database, network, and the machines they run on.</summary>
internal sealed class ClusterWorld
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(15);

    private readonly Action<Observation> _observe;
    private readonly SynchronizationContext _outside;
    private readonly SortedDictionary<string, DateTimeOffset> _cuts = new(StringComparer.Ordinal);

    public ClusterWorld(SeedPlan plan, WorldOptions options, Action<Observation> observe)
    {
        (Plan, Options, _observe, Portfolio) = (plan, options, observe, plan.Portfolio);
        Scheduler = new SimulationScheduler(plan.Seed, plan.Start);
        _outside = Scheduler.Run(() => Task.FromResult(SynchronizationContext.Current!));
        Trace = new Trace(Scheduler.Clock, options.TraceText);
        Faults = new FaultInjector((ulong)plan.Seed, plan.Rates, Clock, options.Only)
        {
            OnStrike = fault => Observe(new Observation.FaultStruck(fault.At, fault)),
        };
        Venues = new VenueSide(plan, Clock, Observe);
        Leases = new InMemoryLeaseStore(Clock, TimeToLive);
        Journal = new InMemoryJournal(EpochOf);
        Machines = [.. new[] { "n1", "n2", "n3" }.Select(name => new Machine(this, name))];
    }

    public static EventCatalog Catalog { get; } =
        new EventCatalog(JournalJson.Options).RegisterAccountEvents().RegisterPortfolioEvents().RegisterRosterEvents();

    public SeedPlan Plan { get; }

    public WorldOptions Options { get; }

    public SimulationScheduler Scheduler { get; }

    public TimeProvider Clock => Scheduler.Clock;

    public Trace Trace { get; }

    public FaultInjector Faults { get; }

    public VenueSide Venues { get; }

    public InMemoryLeaseStore Leases { get; }

    public InMemoryJournal Journal { get; }

    public IReadOnlyList<Machine> Machines { get; }

    /// <summary>As the settings file has it now.</summary>
    public PortfolioSettings Portfolio { get; set; }

    public bool IsDiskFull => IsCut("disk");

    public bool IsLeaseStoreLost => IsCut("leases");

    public void Observe(Observation observation)
    {
        Trace.On(observation);
        _observe(observation);
    }

    /// <summary>Does something later, outside every process.</summary>
    public void Later(TimeSpan delay, Action work) => Clock.CreateTimer(_ => work(), null, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Starts work whose awaits come back outside the process that asks for it, so that it goes on when that process is dead.</summary>
    public T Outside<T>(Func<T> work)
    {
        var inside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_outside);
        try
        {
            return work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(inside);
        }
    }

    public Machine MachineOf(SimulatedProcess process) => Machines.First(machine => machine.Name == process.Machine);

    public NodeProcess? FindProcess(string id) => Machines.Select(machine => machine.Running).FirstOrDefault(node => node?.Process.Id == id);

    /// <summary>A point between two steps at which the process may die or be suspended; completes when it may go on.</summary>
    public Task PointAsync(SimulatedProcess process, FaultKind kill, FaultKind pause, string site)
    {
        if (Faults.Strikes(kill, site))
            MachineOf(process).Kill(process, Faults.Seconds(kill, site, 0.5, 40));
        else if (Faults.Strikes(pause, site))
            Pause(process, Faults.Seconds(pause, site, 1, 60));
        return process.MayGoOnAsync();
    }

    public void Pause(SimulatedProcess process, TimeSpan duration)
    {
        Observe(new Observation.ProcessPaused(Clock.GetUtcNow(), process.Id));
        process.Pause(duration);
    }

    public void Cut(string what, TimeSpan duration) => _cuts[what] = Clock.GetUtcNow() + duration;

    public bool IsParted(string one, string other) => IsCut(string.CompareOrdinal(one, other) < 0 ? $"{one}-{other}" : $"{other}-{one}");

    /// <summary>Whether the venue answers no question about the account's own affairs, while prices and orders get through.</summary>
    public bool IsUnreachable(string account) => IsCut($"{account}-queries");

    public async Task ReachDatabaseAsync(SimulatedProcess process)
    {
        if (!IsCut($"{process.Machine}-database"))
            return;
        await Task.Delay(TimeSpan.FromSeconds(3), process.Clock);
        throw new IOException("the database cannot be reached");
    }

    public async Task<AppendOutcome> AppendAsync(SimulatedProcess process, AppendRequest request)
    {
        var (epoch, owner) = (EpochOf(request.PersistenceId), OwnerOf(request.PersistenceId));
        var outcome = await Journal.AppendAsync(request, CancellationToken.None);
        if (outcome is AppendOutcome.Accepted && request.Events.Count > 0)
        {
            var events = request.Events.Select(stored => Catalog.Deserialize(stored.Name, stored.Version, stored.Payload)).ToList();
            StateTruth(request.PersistenceId, events);
            Observe(new Observation.Appended(
                Clock.GetUtcNow(), request.PersistenceId, process.Id, request.Epoch, epoch, owner, MachineOf(process).ClockOffset,
                request.ExpectedSequenceNr + 1, events, request.HaltScopes, request.HaltChanges));
        }

        return outcome;
    }

    public void ObserveRecovery(SimulatedProcess process, string entity) =>
        Observe(new Observation.Recovering(Clock.GetUtcNow(), entity, process.Id, EpochOf(entity), OwnerOf(entity)));

    public void ObserveSnapshot(SnapshotRow snapshot) =>
        Observe(new Observation.SnapshotSaved(Clock.GetUtcNow(), snapshot.PersistenceId, snapshot.SequenceNr, StateHash.OfText(snapshot.Payload)));

    /// <summary>Takes every lasting fault away and starts what is down.</summary>
    public void Heal()
    {
        Faults.IsOn = false;
        _cuts.Clear();
        Venues.Heal();
        foreach (var machine in Machines)
        {
            machine.ClockOffset = TimeSpan.Zero;
            machine.Start();
        }

        Observe(new Observation.FaultsEnded(Clock.GetUtcNow()));
    }

    public long EpochOf(string entity)
    {
        var (type, shard) = ShardOf(entity);
        return Leases.EpochOf(type, shard);
    }

    private static (string Type, int Shard) ShardOf(string entity)
    {
        var slash = entity.IndexOf('/', StringComparison.Ordinal);
        return (entity[..slash], ShardPlacement.ShardOf(entity[(slash + 1)..]));
    }

    private string? OwnerOf(string entity)
    {
        var (type, shard) = ShardOf(entity);
        return Leases.OwnerOf(type, shard);
    }

    private bool IsCut(string what) => _cuts.TryGetValue(what, out var until) && Clock.GetUtcNow() < until;

    private void StateTruth(string entity, IReadOnlyList<object> events)
    {
        foreach (var armed in events.OfType<OrderArmed>())
        {
            var account = entity["account/".Length..];
            // The venue's clock may have been set since it gave the quote.
            var quotes = Venues.ConditionsOf(account).ClockOffsets
                .Select(offset => Venues.TrueQuote(account, armed.Request.Market, armed.Quote.At - offset)).ToList();
            var quote = quotes.FirstOrDefault(quote => quote.Bid == armed.Quote.Bid && quote.Ask == armed.Quote.Ask) ?? quotes[0];
            Observe(new Observation.MarketTruth(Clock.GetUtcNow(), account, armed.Request.Market, armed.Quote.At, quote.Bid, quote.Ask));
        }
    }
}
