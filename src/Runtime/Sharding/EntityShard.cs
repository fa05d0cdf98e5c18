namespace Rebalancer.Runtime.Sharding;

/// <summary>Where an entity lives: the shard of its type that it is owned with.</summary>
internal readonly record struct EntityShard(string EntityType, int Shard)
{
    /// <param name="name">As type/id.</param>
    /// <exception cref="ArgumentException">It names no entity.</exception>
    public static EntityShard Of(string name)
    {
        var (entityType, id) = EntityName.Parse(name);
        return new EntityShard(entityType, ShardPlacement.ShardOf(id));
    }
}
