using Microsoft.Extensions.Logging;

namespace Rebalancer.Runtime.Actors;

/// <param name="MessageType">Only the type: a message may hold what does not belong before everybody's eyes.</param>
public sealed record DeadLetter(DateTimeOffset At, string MessageType, string Sender, string Receiver, string Why);

/// <summary>Where messages end that have no living receiver or find its mailbox full. Each is counted; the log is spared a flood.</summary>
public sealed class DeadLetters : IActorRef
{
    private const int LoggedInFull = 100;
    private const int LoggedEvery = 1000;

    private const int MostRecent = 50;

    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Queue<DeadLetter> _recent = new();
    private long _count;

    internal DeadLetters(ILogger log, TimeProvider clock) => (_log, _clock) = (log, clock);

    /// <summary>Dead letters since the system started.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The latest, oldest first.</summary>
    public IReadOnlyList<DeadLetter> Recent
    {
        get
        {
            lock (_gate)
                return [.. _recent];
        }
    }

    public string Path => "/deadLetters";

    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        Add(message, this, sender, "it was sent to the dead-letter reference");
    }

    internal void Add(object message, IActorRef receiver, IActorRef? sender, string why)
    {
        var number = Interlocked.Increment(ref _count);
        lock (_gate)
        {
            _recent.Enqueue(new DeadLetter(_clock.GetUtcNow(), message.GetType().Name, sender?.Path ?? "nobody", receiver.Path, why));
            if (_recent.Count > MostRecent)
                _recent.Dequeue();
        }

        if (number > LoggedInFull && number % LoggedEvery != 0)
            return;

        // Only the type: a message may hold what does not belong into a log.
        _log.LogWarning(
            "Dead letter {Number}: {MessageType} from {Sender} to {Receiver}, because {Why}",
            number, message.GetType().Name, sender?.Path ?? "nobody", receiver.Path, why);
    }

    public override string ToString() => Path;
}
