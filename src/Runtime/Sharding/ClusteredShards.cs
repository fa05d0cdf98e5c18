using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Runtime.Sharding;

/// <summary>From the cluster to a region: the shard is this node's now.</summary>
internal sealed record ShardTaken(int Shard);

/// <summary>From the cluster to a region: stop the shard's entities. Answered by <see cref="ShardEmptied"/>.</summary>
internal sealed record EmptyShard(int Shard);

internal sealed record ShardEmptied(string EntityType, int Shard);

/// <summary>What a region asks of the cluster.</summary>
/// <param name="Lasting">Ids that are to be active wherever their shard is, message or no message; null: none.</param>
internal sealed record ClusteredShards(ClusterMember Member, string EntityType, Func<IReadOnlyCollection<string>>? Lasting)
{
    /// <summary>Null: here. Empty: nobody is known to have it.</summary>
    public string? NodeOf(string entityId)
    {
        var shard = ShardPlacement.ShardOf(entityId);
        var owner = Member.OwnerOf(EntityType, shard);
        if (owner == Member.NodeId)
            return Member.MayAct ? null : string.Empty;
        Member.Need(EntityType, shard);
        return owner ?? string.Empty;
    }

    public IEnumerable<string> LastingOf(int shard) => (Lasting?.Invoke() ?? []).Where(id => ShardPlacement.ShardOf(id) == shard);

    public void NeedLasting()
    {
        foreach (var id in Lasting?.Invoke() ?? [])
            Member.Need(EntityType, ShardPlacement.ShardOf(id));
    }
}
