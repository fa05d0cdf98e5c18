using Microsoft.Extensions.Logging;

namespace Rebalancer.Runtime.Actors;

/// <summary>Where messages end that have no living receiver or find its mailbox full. Each is counted; the log is spared a flood.</summary>
public sealed class DeadLetters : IActorRef
{
    private const int LoggedInFull = 100;
    private const int LoggedEvery = 1000;

    private readonly ILogger _log;
    private long _count;

    internal DeadLetters(ILogger log) => _log = log;

    /// <summary>Dead letters since the system started.</summary>
    public long Count => Volatile.Read(ref _count);

    public string Path => "/deadLetters";

    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        Add(message, this, sender, "it was sent to the dead-letter reference");
    }

    internal void Add(object message, IActorRef receiver, IActorRef? sender, string why)
    {
        var number = Interlocked.Increment(ref _count);
        if (number > LoggedInFull && number % LoggedEvery != 0)
            return;

        // Only the type: a message may hold what does not belong into a log.
        _log.LogWarning(
            "Dead letter {Number}: {MessageType} from {Sender} to {Receiver}, because {Why}",
            number, message.GetType().Name, sender?.Path ?? "nobody", receiver.Path, why);
    }

    public override string ToString() => Path;
}
