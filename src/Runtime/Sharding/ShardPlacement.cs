namespace Rebalancer.Runtime.Sharding;

/// <summary>Which shard an entity belongs to, and which node should own a shard. Pure: every node computes the same.</summary>
public static class ShardPlacement
{
    /// <summary>Shards of one entity type. Part of the stored data: leases are kept per shard.</summary>
    public const int ShardCount = 128;

    /// <summary>Shard of an entity id, from 0 to <see cref="ShardCount"/> − 1.</summary>
    public static int ShardOf(string entityId) => (int)(FixedHash.Fnv1a32(entityId) % ShardCount);

    /// <summary>
    /// The node with the highest weight for the shard (rendezvous hashing): when a node leaves only its own shards move, when one joins it
    /// takes an even share from all.
    /// </summary>
    /// <exception cref="ArgumentException">There is no node.</exception>
    public static string OwnerOf(string entityType, int shard, IReadOnlyCollection<string> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (nodes.Count == 0)
            throw new ArgumentException($"Shard {shard} of {entityType} has no node to go to.", nameof(nodes));
        return nodes.OrderByDescending(node => Weight(entityType, shard, node)).ThenBy(node => node, StringComparer.Ordinal).First();
    }

    private static ulong Weight(string entityType, int shard, string node)
    {
        // FNV alone leaves the high bits of similar keys alike; the finaliser of MurmurHash3 spreads them.
        unchecked
        {
            var hash = FixedHash.Fnv1a64($"{entityType}/{shard}@{node}");
            hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdul;
            hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ul;
            return hash ^ (hash >> 33);
        }
    }
}
