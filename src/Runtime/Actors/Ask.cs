namespace Rebalancer.Runtime.Actors;

/// <summary>Answer that makes the asker's call throw <paramref name="Cause"/>.</summary>
public sealed record Failure(Exception Cause);

/// <summary>Answer of an actor whose mailbox is full, given without the actor's doing.</summary>
public sealed record Busy(string Path);

/// <summary>The actor's mailbox is full: ask again later.</summary>
public sealed class ActorBusyException(string message) : Exception(message);

/// <summary>Request and answer between actors, or from outside.</summary>
public static class AskExtensions
{
    /// <summary>
    /// Sends a message and completes with the first answer to its sender. Inside an actor the mailbox waits meanwhile, so two actors must
    /// not ask each other.
    /// </summary>
    /// <exception cref="TimeoutException">No answer in time; names the target and the message.</exception>
    /// <exception cref="ActorBusyException">The target's mailbox is full.</exception>
    /// <exception cref="InvalidCastException">The answer is of another type.</exception>
    public static async ValueTask<T> AskAsync<T>(
        this IActorRef target, object message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(message);
        if (target is not ISystemRef { System: var system })
            throw new ArgumentException($"Cannot ask {target.Path}: it is not an actor of an actor system.", nameof(target));
        cancellationToken.ThrowIfCancellationRequested();

        var promise = new PromiseActorRef(system);
        await using var timer = timeout == Timeout.InfiniteTimeSpan
            ? null
            : system.Clock.CreateTimer(
                _ => promise.TrySetException(
                    new TimeoutException($"{target.Path} did not answer {message.GetType().Name} within {timeout}.")),
                null, timeout, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((PromiseActorRef)state!).TrySetCanceled(token), promise);
        target.Tell(message, promise);
        return Read<T>(await promise.Task, target, message);
    }

    private static T Read<T>(object answer, IActorRef target, object message) => answer switch
    {
        Failure failure when typeof(T) != typeof(Failure) => throw failure.Cause,
        Busy when typeof(T) != typeof(Busy) => throw new ActorBusyException($"{target.Path} is busy: its mailbox is full."),
        T expected => expected,
        _ => throw new InvalidCastException(
            $"{target.Path} answered {message.GetType().Name} with {answer.GetType().Name}; expected {typeof(T).Name}."),
    };
}

/// <summary>The sender of a question: takes one answer. Continuations leave the answering actor's turn.</summary>
internal sealed class PromiseActorRef(ActorSystem system)
    : TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously), ISystemRef
{
    public ActorSystem System => system;

    public string Path => "/temp/ask";

    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!TrySetResult(message))
            system.DeadLetters.Add(message, this, sender, "the question was answered, cancelled or timed out before");
    }

    public override string ToString() => Path;
}
