namespace Rebalancer.Runtime.Actors;

/// <summary>Whom an actor watches, and who watches it.</summary>
internal struct DeathWatch
{
    private SortedDictionary<long, ActorCell>? _watching;
    private SortedDictionary<long, ActorCell>? _watchers;

    public bool Watch(ActorCell other) => (_watching ??= []).TryAdd(other.Uid, other);

    public readonly bool Unwatch(ActorCell other) => _watching is not null && _watching.Remove(other.Uid);

    public void AddWatcher(ActorCell watcher) => (_watchers ??= [])[watcher.Uid] = watcher;

    public readonly void RemoveWatcher(ActorCell watcher) => _watchers?.Remove(watcher.Uid);

    /// <summary>The actor has stopped: tells its watchers, and those it watched that it no longer does.</summary>
    public void End(ActorCell self)
    {
        foreach (var watcher in _watchers?.Values ?? Enumerable.Empty<ActorCell>())
            watcher.DeliverOwn(new DeathNotice(self));
        foreach (var other in _watching?.Values ?? Enumerable.Empty<ActorCell>())
            other.Mailbox.EnqueueSystem(new UnwatchMessage(self));
        (_watching, _watchers) = (null, null);
    }
}

/// <summary>
/// Becomes <see cref="Terminated"/> unless the watch has ended meanwhile. It takes its place in the mailbox: what the dead actor sent
/// before is handled before.
/// </summary>
internal sealed class DeathNotice(ActorCell dead) : OwnMessage
{
    public override object? Open(ActorCell cell)
    {
        // The parent may take the notice before the system message that says so too, and whoever is told must find the name free.
        cell.ForgetChild(dead);
        return cell.EndWatch(dead) ? new Terminated(dead.Self) : null;
    }
}
