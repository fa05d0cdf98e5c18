using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Runtime.Sharding;

/// <summary>The entity types of one system, each with its region.</summary>
internal sealed class EntityTypes(ActorSystem system)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, IActorRef> _regions = new(StringComparer.Ordinal);

    public void Register(string entityType, Func<string, Props> create, Func<IReadOnlyCollection<string>>? lasting)
    {
        ArgumentNullException.ThrowIfNull(create);
        lock (_gate)
        {
            if (_regions.ContainsKey(entityType))
                throw new InvalidOperationException($"The entity type '{entityType}' is registered already.");
            var cluster = system.Options.Cluster is { } member ? new ClusteredShards(member, entityType, lasting) : null;
            _regions.Add(entityType, system.Spawn(new Props(() => new ShardRegion(create, cluster)), entityType));
        }
    }

    public EntityRef Find(string name)
    {
        var (entityType, id) = EntityName.Parse(name);
        lock (_gate)
        {
            return _regions.TryGetValue(entityType, out var region)
                ? new EntityRef(system, region, id)
                : throw new InvalidOperationException(
                    $"The entity type of '{name}' is not registered; registered: {string.Join(", ", _regions.Keys)}.");
        }
    }

    /// <summary>The name by which other nodes reach that actor; null when it is no entity.</summary>
    public string? NameOf(IActorRef actor)
    {
        var parts = actor.Path.Split('/');
        lock (_gate)
        {
            return parts is ["", "user", var entityType, var id] && _regions.ContainsKey(entityType) ? $"{entityType}/{id}" : null;
        }
    }
}

/// <summary>The lasting address of an entity: equal for equal names, valid whether or not it is active.</summary>
internal sealed record EntityRef(ActorSystem System, IActorRef Region, string EntityId) : ISystemRef
{
    public string Path => Region.Path + "/" + EntityId;

    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        Region.Tell(new EntityEnvelope(EntityId, message), sender);
    }

    public override string ToString() => Path;
}
