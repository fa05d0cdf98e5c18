using Rebalancer.Runtime.Actors;

namespace Rebalancer.Runtime.Sharding;

/// <summary>An entity asks its region to be stopped; a message that comes meanwhile activates it again.</summary>
public sealed record Passivate;

/// <summary>A message on its way to an entity.</summary>
/// <param name="IsRemote">It came from another node and is not sent on: two nodes of different opinions would pass it to and fro.</param>
internal sealed record EntityEnvelope(string EntityId, object Message, bool IsRemote = false);

/// <summary>
/// Parent of the entities of one type on this node: activates an entity on its first message and keeps what arrives while it stops.
/// Names are those of the entity type and id, so the path of an entity is <c>/user/{type}/{id}</c>. In a cluster it runs only entities of
/// shards this node owns, and sends messages for others to their owner.
/// </summary>
internal sealed class ShardRegion(Func<string, Props> create, ClusteredShards? cluster = null) : Actor
{
    private const int MaxWaitingMessages = 10_000;

    private readonly SortedDictionary<string, List<(EntityEnvelope Envelope, IActorRef? Sender)>> _stopping = new(StringComparer.Ordinal);

    /// <summary>Shards being emptied, with those that wait to hear of it.</summary>
    private readonly SortedDictionary<int, IActorRef> _emptying = [];

    /// <summary>Shards that were to be emptied and have not been taken again: whoever is asked for in them must not be woken here.</summary>
    private readonly SortedSet<int> _closed = [];
    private int _waiting;

    /// <summary>An entity that stopped for good would be missed only by the next message to it; its timers and polls would not run again.</summary>
    protected internal override SupervisorStrategy SupervisorStrategy => SupervisorStrategy.Unlimited;

    protected internal override ValueTask PreStartAsync()
    {
        cluster?.Member.Attach(cluster.EntityType, Context.Self);
        cluster?.NeedLasting();
        return ValueTask.CompletedTask;
    }

    protected internal override ValueTask ReceiveAsync(object message)
    {
        switch (message)
        {
            case EntityEnvelope envelope:
                Forward(envelope, Context.Sender);
                break;
            case Passivate when EntityIdOf(Context.Sender) is { } entityId && _stopping.TryAdd(entityId, []):
                Context.Stop(Context.Sender);
                break;
            case Terminated terminated when EntityIdOf(terminated.Actor) is { } entityId:
                OnTerminated(entityId);
                break;
            case ShardTaken taken:
                _closed.Remove(taken.Shard);
                ActivateLasting(taken.Shard);
                break;
            case EmptyShard empty:
                Empty(empty.Shard);
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected internal override object DescribeState() =>
        new { Active = Context.Children.Count, Stopping = _stopping.Count, Emptying = string.Join(", ", _emptying.Keys), WaitingMessages = _waiting };

    private void Forward(EntityEnvelope envelope, IActorRef? sender)
    {
        if (!_stopping.TryGetValue(envelope.EntityId, out var kept))
        {
            Route(envelope, sender);
        }
        else if (_waiting < MaxWaitingMessages)
        {
            kept.Add((envelope, sender));
            _waiting++;
        }
        else
        {
            Context.System.DeadLetters.Add(envelope.Message, Context.Self, sender, "too many messages wait for stopping entities");
        }
    }

    private void Route(EntityEnvelope envelope, IActorRef? sender)
    {
        var node = cluster?.NodeOf(envelope.EntityId) ?? (_closed.Contains(ShardPlacement.ShardOf(envelope.EntityId)) ? string.Empty : null);
        if (node is null)
            EntityOf(envelope.EntityId).Tell(envelope.Message, sender);
        else if (node.Length == 0 || envelope.IsRemote)
            Context.System.DeadLetters.Add(envelope.Message, Context.Self, sender, "no node is known to own the receiver's shard");
        else
            cluster!.Member.SendTo(node, $"{cluster.EntityType}/{envelope.EntityId}", envelope.Message, sender);
    }

    private void OnTerminated(string entityId)
    {
        var shard = ShardPlacement.ShardOf(entityId);
        if (_emptying.TryGetValue(shard, out var asker) && !ActiveIn(shard).Any())
            Emptied(shard, asker);
        if (_stopping.Remove(entityId, out var kept))
        {
            _waiting -= kept.Count;
            foreach (var (waiting, sender) in kept)
                Route(waiting, sender);
        }
    }

    /// <summary>Entities that live by their timers must run wherever their shard went.</summary>
    private void ActivateLasting(int shard)
    {
        foreach (var entityId in cluster?.LastingOf(shard) ?? [])
            EntityOf(entityId);
    }

    private void Empty(int shard)
    {
        _closed.Add(shard);
        _emptying[shard] = Context.Sender;
        var active = ActiveIn(shard).ToList();
        foreach (var entity in active)
        {
            _stopping.TryAdd(EntityIdOf(entity)!, []);
            Context.Stop(entity);
        }

        if (active.Count == 0)
            Emptied(shard, Context.Sender);
    }

    private void Emptied(int shard, IActorRef asker)
    {
        _emptying.Remove(shard);
        asker.Tell(new ShardEmptied(cluster!.EntityType, shard), Context.Self);
    }

    private IEnumerable<IActorRef> ActiveIn(int shard) =>
        Context.Children.Where(child => EntityIdOf(child) is { } entityId && ShardPlacement.ShardOf(entityId) == shard);

    private IActorRef EntityOf(string entityId)
    {
        if (Context.Child(entityId) is { } entity)
            return entity;
        entity = Context.Spawn(create(entityId), entityId);
        Context.Watch(entity);
        return entity;
    }

    private string? EntityIdOf(IActorRef actor)
    {
        var prefix = Context.Self.Path + "/";
        return actor.Path.StartsWith(prefix, StringComparison.Ordinal) ? actor.Path[prefix.Length..] : null;
    }
}
