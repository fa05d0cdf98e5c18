using Microsoft.Extensions.Logging;
using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Api;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Audit.Heads;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Notifications;
using Rebalancer.Host.Pbm;
using Rebalancer.Host.Pbm.Palettes;
using Rebalancer.Host.Telemetry;
using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Host.Telemetry.Prometheus;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals.Sqlite;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Venues;
using Serilog.Extensions.Logging;

namespace Rebalancer.Host.Hosting;

/// <summary>What a service is made of.</summary>
/// <param name="Consent">What the command line allows.</param>
/// <param name="Store">Open for writing; it outlives the service.</param>
/// <param name="Clock">The service's clock; the demo's runs faster than <paramref name="WallClock"/>.</param>
public sealed record ServiceSettings(
    LoadedConfiguration Configuration, DataDirectory Data, RunConsent Consent, ServiceStore Store, VenueFactory Venues, IMilpSolver Solver,
    IReadOnlyDictionary<string, string> Variables, TimeProvider Clock, TimeProvider WallClock, Serilog.ILogger Log)
{
    /// <summary>Past prices of Yahoo; null where none are asked for.</summary>
    public IPriceHistory? Yahoo { get; init; }

    /// <summary>Portfolios whose owner has just allowed them to send real orders: journaled before anything is sent.</summary>
    public IReadOnlyList<string> NewlyLive { get; init; } = [];
}

/// <summary>
/// The running service: actors, API, and the watch over its settings file, stopped in the reverse of the order they were started in.
/// </summary>
public sealed class RebalancerService : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Stack<Func<ValueTask>> _parts = new();
    private readonly List<Task> _loops = [];
    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServiceCluster? _cluster;

    private RebalancerService()
    {
    }

    public IServiceOperations Operations { get; private set; } = null!;

    /// <summary>Completes when an operator has told this node to leave its cluster: whoever started the service then disposes of it.</summary>
    public Task ToldToLeave => _leaving.Task;

    /// <summary>Where API and page are.</summary>
    public Uri Address { get; private set; } = null!;

    public static async Task<RebalancerService> StartAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        var service = new RebalancerService();
        try
        {
            await service.StartPartsAsync(settings, cancellationToken);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            if (_cluster is { } cluster)
            {
                // First what others wait for: the rest of this process ends while they take over.
                await cluster.LeaveAsync();
            }

            await Task.WhenAll(_loops);
        }
        finally
        {
            while (_parts.TryPop(out var stop))
            {
                await stop();
            }

            _stopping.Dispose();
        }
    }

    private async Task StartPartsAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        var configuration = settings.Configuration.Configuration;
        if (SqliteNative.Warning is { } warning)
        {
            settings.Log.Warning("{Warning}", warning);
        }

        var loggers = new SerilogLoggerFactory(settings.Log);
        var cluster = ServiceCluster.Create(settings.Store, configuration, settings.Variables, UptimeProvider.OfMachine, loggers.CreateLogger<ServiceCluster>());
        _parts.Push(cluster.DisposeAsync);
        var system = new ActorSystem(new ActorSystemOptions
        {
            Scheduler = new ThreadPoolScheduler(settings.Clock), LoggerFactory = loggers, Cluster = cluster.Member,
        });
        _parts.Push(system.DisposeAsync);
        _cluster = cluster;

        var meter = Owned(new ServiceMeter());
        var journal = new MeteredJournal(settings.Store.Journal, StoredEvents.Create(), meter, loggers.CreateLogger<MeteredJournal>());
        var engine = new PersistenceEngine(journal, StoredEvents.Create(), cluster.Member.EpochOf);
        var vault = Owned(await VaultSetup.OpenAsync(settings, cancellationToken));
        var actors = Owned(new ServiceActors(system, engine, cluster.Member, settings, vault, meter));
        var roster = new RosterStream(engine.Journal, engine.Catalog);
        var accounts = await actors.StartAsync((await roster.ReadAsync(cancellationToken)).Roster, cancellationToken);
        var topology = new TopologyReader(system, cluster.Member, settings.Store.Journal, configuration.Journal.ToString(), settings.WallClock);
        Operations = new ServiceOperations(system, cluster.Member, accounts, settings.Store.Journal, topology, settings.Consent.Live, settings.WallClock);

        // Other nodes must be able to answer before anything here is asked of them.
        StartHeads(settings, loggers);
        await StartApiAsync(
            settings, cluster, CreatePbm(settings, cluster, system), StartAudit(settings, loggers), StartMonitoring(settings, cluster.Member, meter, loggers),
            cancellationToken);
        await actors.ConfirmLiveAsync(settings.NewlyLive, cancellationToken);
        await MarkAsync(settings, actors, engine, loggers, cancellationToken);
        if (settings.Store.IsShared)
        {
            var others = new RosterWatcher(roster, accounts.ApplyAsync, loggers.CreateLogger<RosterWatcher>());
            _loops.Add(others.RunAsync(settings.WallClock, _stopping.Token));
        }

        var watcher = new ConfigurationWatcher(
            settings.Configuration, () => Reload(settings), accounts.ReloadAsync, loggers.CreateLogger<ConfigurationWatcher>());
        _loops.Add(watcher.RunAsync(settings.WallClock, _stopping.Token));
    }

    /// <summary>After a restore every account reduces until its owner confirms; the mark moves on only once that is durable.</summary>
    private async Task MarkAsync(
        ServiceSettings settings, ServiceActors actors, PersistenceEngine engine, SerilogLoggerFactory loggers, CancellationToken cancellationToken)
    {
        var mark = new JournalMark(settings.Store, settings.Data.JournalMark, CountAnsweredAsync, ReduceAllAsync, loggers.CreateLogger<JournalMark>());
        if (await mark.FindRestoreAsync(cancellationToken) is { } restored)
        {
            await ReduceAllAsync(restored, cancellationToken);
        }

        await mark.WriteAsync(cancellationToken);
        _loops.Add(mark.RunAsync(settings.WallClock, _stopping.Token));

        // Read anew each time: a stream read before may be ahead of a journal that was put back.
        async Task<int> CountAnsweredAsync(CancellationToken cancellation) =>
            (await new RosterStream(engine.Journal, engine.Catalog).ReadAsync(cancellation)).Roster.AnsweredRestores;

        Task ReduceAllAsync(string why, CancellationToken cancellation)
        {
            settings.Log.Error("Every account only reduces until 'rebalancer resume ACCOUNT': {Reason}", why);
            return actors.ReduceAllAsync(why, CountAnsweredAsync, cancellation);
        }
    }

    private static LoadedConfiguration Reload(ServiceSettings settings)
    {
        var path = settings.Configuration.Path;
        return settings.Consent.Apply(ConfigurationFile.Load(path, path, settings.Variables));
    }

    private JournalAudit StartAudit(ServiceSettings settings, SerilogLoggerFactory loggers)
    {
        var samples = new ValueSamples(Operations, loggers.CreateLogger<ValueSamples>());
        _loops.Add(samples.RunAsync(settings.WallClock, _stopping.Token));
        return Owned(new JournalAudit(settings.Store.Journal, settings.Solver, samples, settings.WallClock));
    }

    private void StartHeads(ServiceSettings settings, SerilogLoggerFactory loggers)
    {
        var exporter = Owned(HeadSetup.Create(settings, loggers.CreateLogger<HeadExporter>()));
        _loops.Add(exporter.RunAsync(settings.WallClock, _stopping.Token));
    }

    private Monitoring StartMonitoring(ServiceSettings settings, ClusterMember member, ServiceMeter meter, SerilogLoggerFactory loggers)
    {
        var health = new Health(settings.WallClock);
        var gauges = new ServiceGauges(meter, Operations, health, loggers.CreateLogger<ServiceGauges>());
        _loops.Add(gauges.RunAsync(settings.WallClock, _stopping.Token));
        foreach (var channel in NotificationSetup.Create(settings, member, Operations, meter, loggers.CreateLogger<NotificationChannel>()))
        {
            _loops.Add(Owned(channel).RunAsync(settings.WallClock, _stopping.Token));
        }

        if (OtlpExport.Start(settings.Variables, settings.Store.Node.Id) is { } export)
        {
            Owned(export);
        }

        return new Monitoring(Owned(new PrometheusExporter(meter)), health);
    }

    private T Owned<T>(T part)
        where T : IDisposable
    {
        _parts.Push(() =>
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        });
        return part;
    }

    private PbmHost CreatePbm(ServiceSettings settings, ServiceCluster cluster, ActorSystem system) => new(
        [
            new ActorPalette(system, cluster, settings.Store.Journal), new ClusterPalette(cluster, settings.Store.Leases, () => _leaving.TrySetResult()),
            new ShardingPalette(system, cluster, settings.Store.Leases), new JournalPalette(settings.Store), new AccountPalette(Operations),
            new PortfolioPalette(Operations), new OrderPalette(Operations), new LogPalette(settings.Data),
        ],
        cluster);

    private async Task StartApiAsync(
        ServiceSettings settings, ServiceCluster cluster, PbmHost pbm, IServiceAudit audit, Monitoring monitoring, CancellationToken cancellationToken)
    {
        var api = ApiSetup.Create(settings.Configuration.Configuration, settings.Data, settings.Variables) with { Cluster = cluster, Monitoring = monitoring, Pbm = pbm };
        var server = await ApiServer.StartAsync(api, Operations, audit, settings.WallClock, settings.Log, cancellationToken);
        _parts.Push(server.DisposeAsync);
        Address = server.Address;
        await File.WriteAllTextAsync(settings.Data.Address, server.Address.ToString(), cancellationToken);
        _parts.Push(() =>
        {
            File.Delete(settings.Data.Address);
            return ValueTask.CompletedTask;
        });
    }
}
