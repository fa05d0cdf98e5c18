namespace Rebalancer.Runtime.Actors;

/// <summary>
/// Handles one message at a time, across awaits, in mailbox order. An exception out of <see cref="ReceiveAsync"/> goes to the parent's
/// <see cref="SupervisorStrategy"/>.
/// </summary>
public abstract class Actor
{
    private IActorContext? _context;

    /// <summary>The actor's place in the system. Not available in the constructor.</summary>
    protected IActorContext Context => _context ?? throw new InvalidOperationException("The context is available from PreStartAsync on.");

    /// <summary>How this actor treats failures of its children.</summary>
    protected internal virtual SupervisorStrategy SupervisorStrategy => SupervisorStrategy.Default;

    /// <summary>Handles one message.</summary>
    protected internal abstract ValueTask ReceiveAsync(object message);

    /// <summary>Runs before the first message, and again after a restart.</summary>
    protected internal virtual ValueTask PreStartAsync() => ValueTask.CompletedTask;

    /// <summary>Runs after the last message of this incarnation, also before a restart; children have stopped.</summary>
    protected internal virtual ValueTask PostStopAsync() => ValueTask.CompletedTask;

    /// <summary>What <c>pbm actor inspect</c> shows: a small serialisable picture of the state; null shows nothing.</summary>
    protected internal virtual object? DescribeState() => null;

    /// <summary>
    /// Fails this actor once the present message is done, even when the code around swallows exceptions: for a state that must not live on,
    /// such as one whose persist failed.
    /// </summary>
    protected internal void FailAfterMessage(Exception cause) => ((ActorCell)Context).FailAfterMessage(cause);

    internal void Attach(IActorContext context) => _context = context;
}
