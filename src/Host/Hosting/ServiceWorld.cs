using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Venues;
using Rebalancer.Venues.Manual;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Hosting;

/// <summary>What the service reaches outside itself: venues and solver, and the clock it shares with simulated venues.</summary>
public sealed class ServiceWorld : IAsyncDisposable
{
    /// <summary>Simulated venues outlive the service for this long, so that a restart finds its orders where they were.</summary>
    private static readonly TimeSpan VenuesIdleExit = TimeSpan.FromMinutes(2);

    /// <summary>A query of a venue; placing has its own deadline.</summary>
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = SimulatedVenueProcess.CreateHttp(QueryTimeout);

    private readonly BrokersProcess _brokers;

    private ServiceWorld(TimeProvider wallClock, SimulatedVenueLocator? simulated, HighsSolver solver, string? yahooEndpoint, DataDirectory data, ILogger log)
    {
        Solver = solver;
        _brokers = new BrokersProcess(wallClock, log);

        // Also at ordinary speed: after a fast run the venues' clock is ahead of the wall's, and the journal with it.
        Clock = simulated is null ? wallClock : new ScaledTimeProvider(simulated.Clock, wallClock);
        Simulated = new SimulatedVenueProvider(
            _http, () => simulated?.Address() ?? throw new VenueException(VenueErrorKind.Unavailable, "no simulated venues run"), Clock);
        Yahoo = YahooPrices.Open(_brokers, yahooEndpoint, wallClock);
        Venues = new VenueFactory([Simulated, new ManualVenueProvider(Clock), .. BrokerProviders.All(_brokers, wallClock, data.Path)]);
    }

    public VenueFactory Venues { get; }

    public SimulatedVenueProvider Simulated { get; }

    /// <summary>Asked only where settings name it.</summary>
    public IPriceHistory Yahoo { get; }

    public HighsSolver Solver { get; }

    public TimeProvider Clock { get; }

    /// <param name="log">Told what the brokers process does.</param>
    /// <summary>Starts the simulated venues' process when an account needs it, or finds the one that runs.</summary>
    public static async Task<ServiceWorld> StartAsync(
        LoadedConfiguration loaded, DataDirectory data, int clockFactor, CliContext context, ILogger log, CancellationToken cancellationToken)
    {
        var solver = new HighsSolver(context.Clock);
        // The first solve compiles the solver, which takes longer than prices stay fresh on a fast clock.
        var warming = Task.Run(solver.WarmUp, cancellationToken);
        var simulated = await StartVenuesAsync(loaded, data, clockFactor, context, cancellationToken);
        try
        {
            await warming;
        }
        catch (SolverUnavailableException failure)
        {
            solver.Dispose();
            throw CommandException.Failed($"solver: {failure.Message}", failure);
        }

        return new ServiceWorld(context.Clock, simulated, solver, context.Variables.GetValueOrDefault(YahooPrices.EndpointVariable), data, log);
    }

    private static async Task<SimulatedVenueLocator?> StartVenuesAsync(
        LoadedConfiguration loaded, DataDirectory data, int clockFactor, CliContext context, CancellationToken cancellationToken)
    {
        if (loaded.Configuration.Accounts.All(account => account.Venue != "simulated" || account.Endpoint is not null))
        {
            return null;
        }

        var options = new SimulatedVenueServerOptions(data.Path, Port: 0, clockFactor, Seed: 1, VenuesIdleExit);
        try
        {
            var endpoint = await SimulatedVenueProcess.EnsureRunningAsync(options, ProgramCommand.ThisProgram(), context.Clock, cancellationToken);
            return new SimulatedVenueLocator(options, endpoint);
        }
        catch (InvalidOperationException failure)
        {
            throw CommandException.Failed(failure.Message, failure);
        }
    }

    public ValueTask DisposeAsync()
    {
        Solver.Dispose();
        _brokers.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
