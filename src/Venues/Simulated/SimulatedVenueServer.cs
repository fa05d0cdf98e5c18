using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Common;

namespace Rebalancer.Venues.Simulated;

/// <param name="DataDirectory">The service's data directory; the venues keep their files in <c>simulated-venues</c> inside it.</param>
/// <param name="Port">On the loopback address; 0 takes a free one.</param>
/// <param name="ClockFactor">How many times as fast as the wall clock the venues' clock runs.</param>
/// <param name="Seed">Of a new world; an existing book keeps its own.</param>
/// <param name="IdleExit">The server ends when nobody has asked for this long; null: never.</param>
public sealed record SimulatedVenueServerOptions(string DataDirectory, int Port, int ClockFactor, ulong Seed, TimeSpan? IdleExit)
{
    public string Directory => Path.Combine(DataDirectory, "simulated-venues");

    public string BookPath => Path.Combine(Directory, "book.jsonl");

    public string EndpointPath => Path.Combine(Directory, "endpoint.json");

    public string ClockPath => Path.Combine(Directory, "clock.json");
}

/// <summary>
/// The simulated venues as a process of their own, on the loopback address, with their book in their own file. It outlives the service that
/// started it: what it has answered is on its disk, and whoever asks later gets the same answer.
/// </summary>
public static class SimulatedVenueServer
{
    /// <summary>How often resting orders are worked and the clock's reading is kept, on the wall clock.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongBreak = TimeSpan.FromMinutes(2);

    /// <summary>Serves until cancelled, told to stop over HTTP, or idle.</summary>
    /// <exception cref="IOException">The book or the port is in use.</exception>
    /// <exception cref="InvalidDataException">The book cannot be read.</exception>
    public static async Task RunAsync(SimulatedVenueServerOptions options, TimeProvider wall, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(wall);
        Directory.CreateDirectory(options.Directory);
        var clock = new ScaledTimeProvider(Resume(options, wall), wall);
        using var world = SimulatedWorld.Open(options.BookPath, options.Seed, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var activity = new Activity(wall);
        await using var app = Create(options, activity, stop);
        SimulatedVenueEndpoint? endpoint = null;
        app.MapGet("/health", context => SimulatedVenueEndpoints.WriteAsync(context, StatusCodes.Status200OK, endpoint));
        app.MapPost("/shutdown", async context =>
        {
            await SimulatedVenueEndpoints.WriteAsync(context, StatusCodes.Status200OK, endpoint);
            await stop.CancelAsync();
        });
        SimulatedVenueEndpoints.Map(app, world, clock);

        await app.StartAsync(stop.Token);
        var instance = $"{Environment.ProcessId}-{wall.GetUtcNow().UtcTicks}";
        endpoint = new SimulatedVenueEndpoint(new Uri(app.Urls.Single()), Environment.ProcessId, instance, clock.Anchor);
        Replace(options.EndpointPath, CanonicalJson.Write(endpoint));
        await BeatAsync(options, world, clock, activity, wall, stop.Token);
        await app.StopAsync(CancellationToken.None);
        KeepTime(options, clock, wall);
    }

    /// <summary>
    /// After a short break the clock goes on as if there had been none, for a service that kept running by it. After a long one it goes on from
    /// where it was last seen: a fast clock would otherwise be months ahead the next day, and time must never run backwards.
    /// </summary>
    private static ClockAnchor Resume(SimulatedVenueServerOptions options, TimeProvider wall)
    {
        var now = wall.GetUtcNow();
        if (!File.Exists(options.ClockPath))
        {
            return new ClockAnchor(now, now, options.ClockFactor);
        }

        try
        {
            var last = CanonicalJson.Read<ClockAnchor>(File.ReadAllText(options.ClockPath));
            if (last.Factor == options.ClockFactor && now - last.Wall < LongBreak)
            {
                return last;
            }

            var next = last.Virtual + (2 * Beat * last.Factor);
            return new ClockAnchor(next > now ? next : now, now, options.ClockFactor);
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException(
                $"{options.ClockPath}: not a clock ({unreadable.Message}); write the last time of book.jsonl as its \"virtual\".", unreadable);
        }
    }

    private static WebApplication Create(SimulatedVenueServerOptions options, Activity activity, CancellationTokenSource stop)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = options.Directory });

        // The process shares its terminal with the service, whose output may be read by a program.
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1));

        // Replies under way are not waited for: what they tell is in the book.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IHostLifetime, DetachedLifetime>();
        builder.Services.Configure<Microsoft.AspNetCore.HostFiltering.HostFilteringOptions>(hosts => hosts.AllowedHosts = ["127.0.0.1", "localhost"]);
        var app = builder.Build();

        // A page in a browser must not reach the venues through a name it has made resolve to this machine.
        app.UseHostFiltering();
        app.Use(async (context, next) =>
        {
            activity.Note();
            try
            {
                await next(context);
            }
            catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
            {
                var log = Path.Combine(options.Directory, "failure.log");
                await File.AppendAllTextAsync(log, $"{context.Request.Method} {context.Request.Path}: {failure}\n", CancellationToken.None);
                if (failure is IOException and not Microsoft.AspNetCore.Http.BadHttpRequestException)
                {
                    // Not a request that broke off, which is an IOException too: the book cannot be written, so that nothing may be answered from memory any more: end, and begin again from the file.
                    await stop.CancelAsync();
                }

                context.Abort();
            }
        });
        return app;
    }

    private static async Task BeatAsync(
        SimulatedVenueServerOptions options, SimulatedWorld world, ScaledTimeProvider clock, Activity activity, TimeProvider wall,
        CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Beat, wall);
        try
        {
            while (await timer.WaitForNextTickAsync(stop) && !(activity.Idle > options.IdleExit))
            {
                world.Advance();
                KeepTime(options, clock, wall);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop: what was answered is in the book already.
        }
    }

    private static void KeepTime(SimulatedVenueServerOptions options, ScaledTimeProvider clock, TimeProvider wall)
    {
        var now = wall.GetUtcNow();
        Replace(options.ClockPath, CanonicalJson.Write(new ClockAnchor(clock.At(now), now, options.ClockFactor)));
    }

    /// <summary>A reader sees the old content or the new, never a part.</summary>
    private static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    private sealed class Activity(TimeProvider wall)
    {
        private long _last = wall.GetTimestamp();

        public TimeSpan Idle => wall.GetElapsedTime(Interlocked.Read(ref _last));

        public void Note() => Interlocked.Exchange(ref _last, wall.GetTimestamp());
    }

    /// <summary>Signals are the process's own business, not the web host's.</summary>
    private sealed class DetachedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
