using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Actors;

/// <summary>How to make an <see cref="ActorSystem"/>.</summary>
public sealed record ActorSystemOptions
{
    /// <summary>Name in logs.</summary>
    public string Name { get; init; } = "actors";

    /// <summary>Where actors run; null is the thread pool on the machine's clock.</summary>
    public IRuntimeScheduler? Scheduler { get; init; }

    /// <summary>Source of every actor's random numbers; null draws one.</summary>
    public int? Seed { get; init; }

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>This process's place among the nodes that share the entities; null: it has them all to itself.</summary>
    public ClusterMember? Cluster { get; init; }

    /// <summary>Called with receiver and message before each delivery: the trace that tells two simulated runs apart.</summary>
    public Action<IActorRef, object>? OnDelivery { get; init; }
}

/// <summary>The root of the actors of one node, on one scheduler, clock and random source.</summary>
public sealed class ActorSystem : IAsyncDisposable
{
    /// <summary>Continues its awaiters inline: a combinator such as WaitAsync would otherwise leave the simulation for the thread pool.</summary>
    private readonly TaskCompletionSource _stopped = new();
    private readonly ActorCell _user;
    private readonly EntityTypes _entityTypes;
    private long _lastUid;

    public ActorSystem(ActorSystemOptions? options = null)
    {
        Options = options ?? new ActorSystemOptions();
        Scheduler = Options.Scheduler ?? new ThreadPoolScheduler();
        Seed = Options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        Log = Options.LoggerFactory.CreateLogger<ActorSystem>();
        DeadLetters = new DeadLetters(Log, Scheduler.Clock);
        _entityTypes = new EntityTypes(this);
        _user = new ActorCell(this, null, new Props(static () => new Guardian()), "user", NextUid());
        _user.Begin();
        Options.Cluster?.Attach(this);
    }

    public string Name => Options.Name;

    /// <summary>The runtime's clock, virtual under simulation.</summary>
    public TimeProvider Clock => Scheduler.Clock;

    public IRuntimeScheduler Scheduler { get; }

    /// <summary>Where undeliverable messages go.</summary>
    public DeadLetters DeadLetters { get; }

    /// <summary>The seed in use: with it a run under simulation can be repeated.</summary>
    public int Seed { get; }

    /// <summary>Completes when every actor has stopped.</summary>
    public Task WhenStopped => _stopped.Task;

    internal ActorSystemOptions Options { get; }

    internal ILogger Log { get; }

    /// <summary>Starts an actor below <c>/user</c>.</summary>
    /// <exception cref="InvalidOperationException">The name is taken, or the system is stopping.</exception>
    public IActorRef Spawn(Props props, string name) => _user.Spawn(props, name);

    /// <summary>Registers how entities of a type are made; they live under <c>/user/{entityType}/{id}</c> from their first message on.</summary>
    /// <param name="lasting">In a cluster, the ids that are to be active on whichever node owns their shard; null: only messages activate.</param>
    public void RegisterEntity(string entityType, Func<string, Props> create, Func<IReadOnlyCollection<string>>? lasting = null) =>
        _entityTypes.Register(entityType, create, lasting);

    /// <summary>The address of an entity, such as <c>account/main</c>. A message activates it.</summary>
    /// <exception cref="InvalidOperationException">The type is not registered.</exception>
    public IActorRef Entity(string name) => _entityTypes.Find(name);

    /// <summary>The living actor at a path such as <c>/user/account/main</c>, or null.</summary>
    public IActorRef? Find(string path) => Hierarchy.Find(_user, path)?.Self;

    /// <summary>All living actors with their figures, as a tree.</summary>
    public ActorInfo Inspect() => Hierarchy.Describe(_user);

    /// <summary>What the actor at that path says of its own state (<see cref="Actor.DescribeState"/>), asked ahead of its waiting messages.</summary>
    /// <exception cref="InvalidOperationException">No actor is there.</exception>
    /// <exception cref="TimeoutException">It is busy with one message for that long.</exception>
    public async Task<object?> DescribeAsync(string path, TimeSpan timeout)
    {
        var cell = Hierarchy.Find(_user, path) ?? throw new InvalidOperationException($"No actor at {path}.");
        var answer = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = Clock.CreateTimer(
            _ => answer.TrySetException(new TimeoutException($"{path} was busy with one message for {timeout}.")),
            null, timeout, Timeout.InfiniteTimeSpan);
        cell.Mailbox.EnqueueSystem(new DescribeMessage(answer));
        return await answer.Task;
    }

    /// <summary>Stops every actor, children first. Messages still waiting become dead letters.</summary>
    /// <param name="cancellationToken">Ends the wait, not the stopping.</param>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        _user.Mailbox.EnqueueSystem(new StopMessage());
        return _stopped.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    internal string? EntityNameOf(IActorRef actor) => _entityTypes.NameOf(actor);

    internal void DeliverRemote(string entity, object message, IActorRef? sender)
    {
        var receiver = _entityTypes.Find(entity);
        receiver.Region.Tell(new EntityEnvelope(receiver.EntityId, message, IsRemote: true), sender);
    }

    internal long NextUid() => Interlocked.Increment(ref _lastUid);

    internal void OnGuardianStopped() => _stopped.TrySetResult();

    /// <summary>A failure nobody below could handle: the system cannot go on.</summary>
    internal void OnGuardianFailed(Exception cause)
    {
        Log.LogCritical(cause, "A failure was escalated past every supervisor: actor system {Name} stops", Name);
        _user.Mailbox.EnqueueSystem(new StopMessage());
    }

    /// <summary>Parent of the actors spawned from outside: restarts them with backoff.</summary>
    private sealed class Guardian : Actor
    {
        protected internal override SupervisorStrategy SupervisorStrategy => SupervisorStrategy.Unlimited;

        protected internal override ValueTask ReceiveAsync(object message)
        {
            Context.System.DeadLetters.Add(message, Context.Self, Context.Sender, "the guardian takes no messages");
            return ValueTask.CompletedTask;
        }
    }
}
