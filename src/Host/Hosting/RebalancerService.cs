using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Api;
using Rebalancer.Host.Configuration;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals.Sqlite;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Venues;
using Serilog.Extensions.Logging;

namespace Rebalancer.Host.Hosting;

/// <summary>What a service is made of.</summary>
/// <param name="Consent">What the command line allows.</param>
/// <param name="Journal">Open for writing; it outlives the service.</param>
/// <param name="Clock">The service's clock; the demo's runs faster than <paramref name="WallClock"/>.</param>
public sealed record ServiceSettings(
    LoadedConfiguration Configuration, DataDirectory Data, RunConsent Consent, SqliteJournal Journal, VenueFactory Venues, IMilpSolver Solver,
    IReadOnlyDictionary<string, string> Variables, TimeProvider Clock, TimeProvider WallClock, Serilog.ILogger Log);

/// <summary>
/// The running service: actors, API, and the watch over its settings file, stopped in the reverse of the order they were started in.
/// </summary>
public sealed class RebalancerService : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Stack<Func<ValueTask>> _parts = new();
    private Task _watching = Task.CompletedTask;
    private Task _marking = Task.CompletedTask;

    private RebalancerService()
    {
    }

    public IServiceOperations Operations { get; private set; } = null!;

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
        await _watching;
        await _marking;
        while (_parts.TryPop(out var stop))
        {
            await stop();
        }

        _stopping.Dispose();
    }

    private async Task StartPartsAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        var configuration = settings.Configuration.Configuration;
        var journal = settings.Journal;
        if (SqliteNative.Warning is { } warning)
        {
            settings.Log.Warning("{Warning}", warning);
        }

        var loggers = new SerilogLoggerFactory(settings.Log);
        var system = new ActorSystem(new ActorSystemOptions { Scheduler = new ThreadPoolScheduler(settings.Clock), LoggerFactory = loggers });
        _parts.Push(system.DisposeAsync);

        var engine = new PersistenceEngine(journal, StoredEvents.Create(), _ => journal.Epoch);
        var actors = new ServiceActors(system, engine, settings);
        _parts.Push(() =>
        {
            actors.Dispose();
            return ValueTask.CompletedTask;
        });
        var accounts = await actors.StartAsync(cancellationToken);
        await MarkAsync(settings, actors, loggers, cancellationToken);
        Operations = new ServiceOperations(system, accounts, journal, settings.Consent.Live, settings.WallClock);

        await StartApiAsync(settings, configuration, cancellationToken);
        var watcher = new ConfigurationWatcher(
            settings.Configuration, () => Reload(settings), accounts.ReloadAsync, loggers.CreateLogger<ConfigurationWatcher>());
        _watching = watcher.RunAsync(settings.WallClock, _stopping.Token);
    }

    /// <summary>After a restore every account reduces until its owner confirms; the mark moves on only once that is durable.</summary>
    private async Task MarkAsync(ServiceSettings settings, ServiceActors actors, SerilogLoggerFactory loggers, CancellationToken cancellationToken)
    {
        var mark = new JournalMark(settings.Journal, loggers.CreateLogger<JournalMark>());
        if (await mark.FindRestoreAsync() is { } restored)
        {
            settings.Log.Error("Every account only reduces until 'rebalancer resume ACCOUNT': {Reason}", restored);
            await actors.ReduceAllAsync(restored, cancellationToken);
        }

        await mark.WriteAsync();
        _marking = mark.RunAsync(settings.WallClock, _stopping.Token);
    }

    private static LoadedConfiguration Reload(ServiceSettings settings)
    {
        var path = settings.Configuration.Path;
        return settings.Consent.Apply(ConfigurationFile.Load(path, path, settings.Variables));
    }

    private async Task StartApiAsync(ServiceSettings settings, RebalancerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = await ApiServer.StartAsync(ApiSetup.Create(configuration, settings.Data, settings.Variables), Operations, settings.Log, cancellationToken);
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
