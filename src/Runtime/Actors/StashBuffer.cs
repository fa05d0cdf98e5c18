namespace Rebalancer.Runtime.Actors;

/// <summary>Messages put aside, and those put back that go ahead of the mailbox.</summary>
internal sealed class StashBuffer(int capacity)
{
    private readonly List<(object Message, IActorRef? Sender)> _stashed = [];
    private Queue<(object Message, IActorRef? Sender)> _unstashed = new();

    public void Stash(object message, IActorRef? sender, string path)
    {
        if (_stashed.Count >= capacity)
            throw new StashOverflowException($"{path}: the stash holds {capacity} messages and takes no more; the sender must slow down.");
        _stashed.Add((message, sender));
    }

    /// <summary>Everything stashed goes in front, oldest first, and ahead of what was put back before and not yet taken: that is younger.</summary>
    public void UnstashAll()
    {
        if (_stashed.Count == 0)
            return;
        _unstashed = new Queue<(object, IActorRef?)>([.. _stashed, .. _unstashed]);
        _stashed.Clear();
    }

    public bool TryTakeUnstashed(out object message, out IActorRef? sender)
    {
        var found = _unstashed.TryDequeue(out var entry);
        (message, sender) = entry;
        return found;
    }
}
