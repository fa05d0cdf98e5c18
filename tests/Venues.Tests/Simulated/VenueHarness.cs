using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

/// <summary>A venue under test, and the means to let time pass and things go wrong there.</summary>
public abstract class VenueHarness : IAsyncDisposable
{
    /// <summary>A Tuesday, half an hour into New York's session.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 14, 0, 0, TimeSpan.Zero);

    protected VenueHarness() => Directory = System.IO.Directory.CreateTempSubdirectory("venues-").FullName;

    public ManualClock Clock { get; } = new(Start);

    protected string Directory { get; }

    public abstract Task<IVenue> OpenAsync(string account, SimulatedAccountOptions options);

    public abstract Task SetFaultsAsync(IVenue venue, string exchange, SimulatedFaults faults);

    public abstract Task SetLatencyAsync(IVenue venue, string exchange, SimulatedLatency latency);

    public abstract Task DepositAsync(IVenue venue, string account, string exchange, string asset, decimal amount);

    /// <summary>Lets time pass until the task has ended.</summary>
    public async Task<T> EndAsync<T>(Task<T> task)
    {
        for (var turn = 0; turn < 2000 && !task.IsCompleted; turn++)
        {
            // Real time too, for the work that a request does on other threads before it waits for the clock.
            await Task.WhenAny(task, Task.Delay(2));
            Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The engine reached in process.</summary>
public sealed class InProcessHarness : VenueHarness
{
    private readonly SimulatedWorld _world;

    public InProcessHarness() => _world = SimulatedWorld.Open(Path.Combine(Directory, "book.jsonl"), 1, Clock);

    public override Task<IVenue> OpenAsync(string account, SimulatedAccountOptions options)
    {
        _world.OpenAccount(account, options);
        return Task.FromResult<IVenue>(new SimulatedVenue(_world.Desk(options.Exchange), account, Clock));
    }

    public override Task SetFaultsAsync(IVenue venue, string exchange, SimulatedFaults faults)
    {
        _world.Desk(exchange).Faults = faults;
        return Task.CompletedTask;
    }

    public override Task SetLatencyAsync(IVenue venue, string exchange, SimulatedLatency latency)
    {
        _world.Desk(exchange).Latency = latency;
        return Task.CompletedTask;
    }

    public override Task DepositAsync(IVenue venue, string account, string exchange, string asset, decimal amount)
    {
        _world.Desk(exchange).Operate((engine, now) => engine.Transfer(account, "deposit", asset, amount, now));
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _world.Dispose();
        return base.DisposeAsync();
    }
}

/// <summary>The server and its client, over loopback HTTP.</summary>
public sealed class HttpHarness : VenueHarness
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private CancellationTokenSource _stop = new();
    private Task? _server;

    public HttpHarness() => Options = new SimulatedVenueServerOptions(Directory, 0, 1, 1, IdleExit: null);

    public SimulatedVenueServerOptions Options { get; }

    public SimulatedVenueEndpoint? Endpoint { get; private set; }

    public override async Task<IVenue> OpenAsync(string account, SimulatedAccountOptions options)
    {
        await StartAsync();
        var venue = new SimulatedVenueClient(_http, () => Endpoint!.Address, account, options, Clock);
        await venue.GetBalancesAsync(CancellationToken.None);
        return venue;
    }

    public async Task StartAsync()
    {
        if (_server is not null)
        {
            return;
        }

        _stop = new CancellationTokenSource();
        _server = SimulatedVenueServer.RunAsync(Options, Clock, _stop.Token);
        while (Endpoint is null)
        {
            if (_server.IsCompleted)
            {
                await _server;
            }

            Endpoint = await SimulatedVenueProcess.FindAsync(Options, _http, CancellationToken.None);
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (_server is { } server)
        {
            await server;
        }

        _stop.Dispose();
        (_server, Endpoint) = (null, Endpoint);
    }

    /// <summary>Forgets where the server was, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        Endpoint = null;
        await StartAsync();
    }

    public override Task SetFaultsAsync(IVenue venue, string exchange, SimulatedFaults faults) =>
        ((SimulatedVenueClient)venue).SetFaultsAsync(faults, CancellationToken.None);

    public override Task SetLatencyAsync(IVenue venue, string exchange, SimulatedLatency latency) =>
        ((SimulatedVenueClient)venue).SetLatencyAsync(latency, CancellationToken.None);

    public override Task DepositAsync(IVenue venue, string account, string exchange, string asset, decimal amount) =>
        ((SimulatedVenueClient)venue).TransferAsync("deposit", asset, amount, CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await StopAsync();
        }

        _http.Dispose();
        await base.DisposeAsync();
    }
}
