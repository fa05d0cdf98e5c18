using Rebalancer.Runtime.Actors;

namespace Rebalancer.Runtime.Cluster;

/// <summary>Who of this node waits for an answer from another. An asker is forgotten after a time: an answer may never come.</summary>
internal sealed class RemoteQuestions(TimeProvider clock, TimeSpan timeout)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Number, long AskedAt)> _byAge = new();
    private readonly SortedDictionary<long, IActorRef> _askers = [];
    private long _last;

    public long Ask(IActorRef asker)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            while (_byAge.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.AskedAt, now) > timeout)
            {
                _byAge.Dequeue();
                _askers.Remove(oldest.Number);
            }

            _askers.Add(++_last, asker);
            _byAge.Enqueue((_last, now));
            return _last;
        }
    }

    /// <summary>Hands an answer on. A delivery service hears several answers to the same address, so the asker stays until its time is over.</summary>
    public void Answer(long question, object answer)
    {
        IActorRef? asker;
        lock (_gate)
            _askers.TryGetValue(question, out asker);
        asker?.Tell(answer);
    }
}

/// <summary>The sender of a message that came from another node: telling it sends the answer there.</summary>
internal sealed class RemoteAsker(ClusterMember member, string node, long question) : IActorRef
{
    public string Path => $"/remote/{node}/{question}";

    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        member.Answer(node, question, message);
    }

    public override string ToString() => Path;
}
