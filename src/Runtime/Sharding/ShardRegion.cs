using Rebalancer.Runtime.Actors;

namespace Rebalancer.Runtime.Sharding;

/// <summary>An entity asks its region to be stopped; a message that comes meanwhile activates it again.</summary>
public sealed record Passivate;

/// <summary>A message on its way to an entity.</summary>
internal sealed record EntityEnvelope(string EntityId, object Message);

/// <summary>
/// Parent of the entities of one type on this node: activates an entity on its first message and keeps what arrives while it stops.
/// Names are those of the entity type and id, so the path of an entity is <c>/user/{type}/{id}</c>.
/// </summary>
internal sealed class ShardRegion(Func<string, Props> create) : Actor
{
    private const int MaxWaitingMessages = 10_000;

    private readonly SortedDictionary<string, List<(object Message, IActorRef? Sender)>> _stopping = new(StringComparer.Ordinal);
    private int _waiting;

    /// <summary>An entity that stopped for good would be missed only by the next message to it; its timers and polls would not run again.</summary>
    protected internal override SupervisorStrategy SupervisorStrategy => SupervisorStrategy.Unlimited;

    protected internal override ValueTask ReceiveAsync(object message)
    {
        switch (message)
        {
            case EntityEnvelope envelope:
                Forward(envelope);
                break;
            case Passivate when EntityIdOf(Context.Sender) is { } entityId && _stopping.TryAdd(entityId, []):
                Context.Stop(Context.Sender);
                break;
            case Terminated terminated when EntityIdOf(terminated.Actor) is { } entityId && _stopping.Remove(entityId, out var kept):
                _waiting -= kept.Count;
                foreach (var (waiting, sender) in kept)
                    EntityOf(entityId).Tell(waiting, sender);
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected internal override object DescribeState() =>
        new { Active = Context.Children.Count, Stopping = _stopping.Count, WaitingMessages = _waiting };

    private void Forward(EntityEnvelope envelope)
    {
        if (!_stopping.TryGetValue(envelope.EntityId, out var kept))
        {
            EntityOf(envelope.EntityId).Tell(envelope.Message, Context.Sender);
        }
        else if (_waiting < MaxWaitingMessages)
        {
            kept.Add((envelope.Message, Context.Sender));
            _waiting++;
        }
        else
        {
            Context.System.DeadLetters.Add(envelope.Message, Context.Self, Context.Sender, "too many messages wait for stopping entities");
        }
    }

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
