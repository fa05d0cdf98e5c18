namespace Rebalancer.Runtime.Actors;

/// <summary>
/// The children of one actor in the order they were spawned. Guarded by a lock: the guardian's children are added from outside, and tools
/// read every list while the actors run.
/// </summary>
internal sealed class ChildList
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ActorCell> _byName = [];
    private readonly LinkedList<ActorCell> _inOrder = [];
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_gate)
                return _inOrder.Count;
        }
    }

    public void Add(ActorCell child)
    {
        lock (_gate)
        {
            if (_closed)
                throw new InvalidOperationException($"Cannot spawn {child.Path}: its parent is stopping or restarting.");
            if (!_byName.TryAdd(child.Name, child))
                throw new InvalidOperationException($"Cannot spawn {child.Path}: the name is taken.");
            child.Sibling = _inOrder.AddLast(child);
        }
    }

    public void Remove(ActorCell child)
    {
        lock (_gate)
        {
            if (child.Sibling is not { } sibling)
                return;
            _inOrder.Remove(sibling);
            _byName.Remove(child.Name);
            child.Sibling = null;
        }
    }

    public ActorCell? Find(string name)
    {
        lock (_gate)
            return _byName.GetValueOrDefault(name);
    }

    public ActorCell[] Snapshot()
    {
        lock (_gate)
            return [.. _inOrder];
    }

    /// <summary>Refuses new children, until a restart opens the list again.</summary>
    public void SetClosed(bool closed)
    {
        lock (_gate)
            _closed = closed;
    }
}
