using Rebalancer.Runtime.Actors;

namespace Rebalancer.Runtime.Sharding;

/// <summary>The entity types of one system, each with its region.</summary>
internal sealed class EntityTypes(ActorSystem system)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, IActorRef> _regions = new(StringComparer.Ordinal);

    public void Register(string entityType, Func<string, Props> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        lock (_gate)
        {
            if (_regions.ContainsKey(entityType))
                throw new InvalidOperationException($"The entity type '{entityType}' is registered already.");
            _regions.Add(entityType, system.Spawn(new Props(() => new ShardRegion(create)), entityType));
        }
    }

    public IActorRef Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == name.Length - 1 || name.IndexOf('/', slash + 1) >= 0)
            throw new ArgumentException($"'{name}' names no entity: expected type/id, such as account/main.", nameof(name));
        lock (_gate)
        {
            return _regions.TryGetValue(name[..slash], out var region)
                ? new EntityRef(system, region, name[(slash + 1)..])
                : throw new InvalidOperationException(
                    $"The entity type of '{name}' is not registered; registered: {string.Join(", ", _regions.Keys)}.");
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
