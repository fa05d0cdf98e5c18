using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Scheduling;

namespace Rebalancer.Runtime.TestKit;

/// <summary>An actor system on a seeded scheduler and virtual time, run by the test's own thread.</summary>
public sealed class SimulatedSystem : IDisposable
{
    /// <summary>How long expectations wait unless told otherwise.</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(3);

    private readonly List<string> _trace = [];
    private int _probes;

    public SimulatedSystem(int seed = 1, DateTimeOffset? start = null, ILoggerFactory? loggerFactory = null)
    {
        Scheduler = new SimulationScheduler(seed, start);
        System = new ActorSystem(new ActorSystemOptions
        {
            Name = "simulated",
            Scheduler = Scheduler,
            Seed = seed,
            LoggerFactory = loggerFactory ?? NullLoggerFactory.Instance,
            OnDelivery = (receiver, message) => _trace.Add($"{Clock.GetUtcNow():O} {receiver.Path} {message}"),
        });
    }

    public SimulationScheduler Scheduler { get; }

    public ActorSystem System { get; }

    public int Seed => Scheduler.Seed;

    public TimeProvider Clock => Scheduler.Clock;

    /// <summary>Every delivery so far: time, receiver, message.</summary>
    public IReadOnlyList<string> Trace => _trace;

    public IActorRef Spawn(Func<Actor> create, string name) => System.Spawn(new Props(create), name);

    public TestProbe CreateProbe(string? name = null) => new(this, name ?? $"probe-{++_probes}");

    /// <summary>Asks, and runs the simulation until the answer is there.</summary>
    public T Ask<T>(IActorRef target, object message, TimeSpan? timeout = null) =>
        Run(() => target.AskAsync<T>(message, timeout ?? DefaultWait).AsTask());

    /// <inheritdoc cref="SimulationScheduler.Run{T}(Func{Task{T}}, TimeSpan?)"/>
    public T Run<T>(Func<Task<T>> work, TimeSpan? limit = null) => Scheduler.Run(work, limit);

    /// <inheritdoc cref="SimulationScheduler.Run(Func{Task}, TimeSpan?)"/>
    public void Run(Func<Task> work, TimeSpan? limit = null) => Scheduler.Run(work, limit);

    public void RunUntilIdle() => Scheduler.RunUntilIdle();

    public void RunFor(TimeSpan duration) => Scheduler.RunFor(duration);

    public bool RunUntil(Func<bool> condition, TimeSpan limit) => Scheduler.RunUntil(condition, limit);

    /// <summary>Stops every actor; one that hangs fails the test here.</summary>
    public void Dispose() => Scheduler.Run(() => System.StopAsync());
}
