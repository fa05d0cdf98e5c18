using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Actors;

/// <summary>What the actor sees of its surroundings.</summary>
internal sealed partial class ActorCell : IActorContext
{
    IActorRef IActorContext.Self => Self;

    public IActorRef Sender => _sender ?? System.DeadLetters;

    public IActorRef Parent => _parent is null ? System.DeadLetters : _parent.Self;

    public IReadOnlyList<IActorRef> Children => [.. ChildCells().Select(static child => child.Self)];

    public TimeProvider Clock => System.Clock;

    /// <summary>One source an actor, seeded by its path: what one actor draws does not depend on how the others were interleaved.</summary>
    public Random Random => _random ??= new Random(unchecked(System.Seed ^ (int)FixedHash.Fnv1a32($"{Path}#{Restarts}")));

    public ILogger Log => _log ??= System.Options.LoggerFactory.CreateLogger(_actor?.GetType().FullName ?? Path);

    public IActorRef Spawn(Props props, string name)
    {
        ArgumentNullException.ThrowIfNull(props);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains('/', StringComparison.Ordinal))
            throw new ArgumentException($"'{name}' cannot name an actor: '/' separates the names of a path.", nameof(name));
        var child = new ActorCell(System, this, props, name, System.NextUid());
        Interlocked.CompareExchange(ref _children, new ChildList(), null);
        _children.Add(child);
        child.Begin();
        return child.Self;
    }

    public IActorRef? Child(string name) => FindChild(name)?.Self;

    public void Stop(IActorRef actor) => CellOf(actor, "stop").Mailbox.EnqueueSystem(new StopMessage());

    public void Watch(IActorRef actor)
    {
        var cell = CellOf(actor, "watch");
        if (cell != this && _deaths.Watch(cell))
            cell.Mailbox.EnqueueSystem(new WatchMessage(this));
    }

    public void Unwatch(IActorRef actor)
    {
        var cell = CellOf(actor, "unwatch");
        if (_deaths.Unwatch(cell))
            cell.Mailbox.EnqueueSystem(new UnwatchMessage(this));
    }

    public void Stash()
    {
        if (_message is null)
            throw new InvalidOperationException($"{Path}: there is no message to stash.");
        (_stash ??= new StashBuffer(_props.StashCapacity)).Stash(_message, _sender, Path);
    }

    public void UnstashAll() => _stash?.UnstashAll();

    public void StartTimer(string key, object message, TimeSpan delay) => Timers.Start(key, message, delay, Timeout.InfiniteTimeSpan);

    public void StartPeriodicTimer(string key, object message, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        Timers.Start(key, message, interval, interval);
    }

    public void CancelTimer(string key) => _timers?.Cancel(key);

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is not null || _timers is not null)
            Timers.SetReceiveTimeout(timeout);
    }

    public void PipeToSelf<T>(Func<CancellationToken, Task<T>> work, Func<T, object> success, Func<Exception, object> failure)
    {
        ArgumentNullException.ThrowIfNull(work);
        _ = PipeAsync(work, success, failure, Incarnation);
    }

    public void RunBlocking<T>(Func<T> work, Func<T, object> success, Func<Exception, object> failure)
    {
        ArgumentNullException.ThrowIfNull(work);
        var incarnation = Incarnation;
        System.Scheduler.RunBlocking(() =>
        {
            Func<object> outcome;
            try
            {
                var result = work();
                outcome = () => success(result);
            }
            catch (Exception cause)
            {
                outcome = () => failure(cause);
            }

            DeliverOwn(new PipedOutcome(incarnation, outcome));
        });
    }

    /// <summary>Fails the actor once the present message is done, even if its code swallows every exception.</summary>
    internal void FailAfterMessage(Exception cause) => _pendingFailure ??= cause;

    private ActorTimers Timers => _timers ??= new ActorTimers(this);

    private CancellationTokenSource Incarnation => _incarnation ??= new CancellationTokenSource();

    private async Task PipeAsync<T>(
        Func<CancellationToken, Task<T>> work, Func<T, object> success, Func<Exception, object> failure, CancellationTokenSource incarnation)
    {
        Func<object> outcome;
        try
        {
            var result = await work(incarnation.Token);
            outcome = () => success(result);
        }
        catch (Exception cause)
        {
            outcome = () => failure(cause);
        }

        DeliverOwn(new PipedOutcome(incarnation, outcome));
    }

    private ActorCell CellOf(IActorRef actor, string verb) => actor is LocalActorRef local
        ? local.Cell
        : throw new ArgumentException($"{Path} cannot {verb} {actor?.Path}: only an actor spawned here can be; an entity has no one life.", nameof(actor));

    /// <summary>The result of work of one incarnation; turned into a message on the actor's own turn.</summary>
    private sealed class PipedOutcome(CancellationTokenSource incarnation, Func<object> outcome) : OwnMessage
    {
        public override object? Open(ActorCell cell) => cell._incarnation == incarnation ? outcome() : null;
    }
}
