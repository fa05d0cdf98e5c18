using Microsoft.Extensions.Logging;

namespace Rebalancer.Runtime.Actors;

/// <summary>What an actor may use of its surroundings. Valid only inside the actor's own message handling.</summary>
public interface IActorContext
{
    IActorRef Self { get; }

    /// <summary>Sender of the message being handled; the dead-letter reference when there is none.</summary>
    IActorRef Sender { get; }

    IActorRef Parent { get; }

    ActorSystem System { get; }

    /// <summary>Children in the order they were spawned.</summary>
    IReadOnlyList<IActorRef> Children { get; }

    /// <summary>The runtime's clock, virtual under simulation.</summary>
    TimeProvider Clock { get; }

    /// <summary>The runtime's random source, seeded under simulation.</summary>
    Random Random { get; }

    ILogger Log { get; }

    /// <summary>Starts a child; the name must be free among the children.</summary>
    IActorRef Spawn(Props props, string name);

    /// <summary>The child of that name, or null.</summary>
    IActorRef? Child(string name);

    void Stop(IActorRef actor);

    /// <summary>
    /// Delivers <see cref="Terminated"/> once the other actor has stopped (at once when it already has), behind what that actor sent before.
    /// </summary>
    void Watch(IActorRef actor);

    void Unwatch(IActorRef actor);

    /// <summary>Keeps the current message for later; a full stash throws <see cref="StashOverflowException"/>.</summary>
    void Stash();

    /// <summary>Puts stashed messages back in front of the mailbox, oldest first.</summary>
    void UnstashAll();

    /// <summary>Sends <paramref name="message"/> to self after the delay; a timer of the same key is replaced. Timers end with the actor.</summary>
    void StartTimer(string key, object message, TimeSpan delay);

    /// <summary>Sends <paramref name="message"/> to self every interval, first after one interval.</summary>
    void StartPeriodicTimer(string key, object message, TimeSpan interval);

    void CancelTimer(string key);

    /// <summary>Delivers <see cref="ReceiveTimeout"/> after that long without a message; null switches it off.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>
    /// Runs asynchronous work off the mailbox and sends its outcome to self. The token is cancelled when the actor stops or restarts, and
    /// the outcome of work of an earlier incarnation is dropped. <paramref name="success"/> and <paramref name="failure"/> run on the
    /// actor's own turn.
    /// Under simulation the continuation runs on the simulated scheduler.
    /// </summary>
    void PipeToSelf<T>(Func<CancellationToken, Task<T>> work, Func<T, object> success, Func<Exception, object> failure);

    /// <summary>Runs CPU-bound or blocking work on a thread of its own (inline under simulation) and sends its outcome to self.</summary>
    void RunBlocking<T>(Func<T> work, Func<T, object> success, Func<Exception, object> failure);
}

/// <summary>A watched actor has stopped.</summary>
public sealed record Terminated(IActorRef Actor);

/// <summary>No message arrived within the receive timeout.</summary>
public sealed record ReceiveTimeout
{
    public static ReceiveTimeout Instance { get; } = new();
}
