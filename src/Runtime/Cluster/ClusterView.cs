using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Cluster;

/// <summary>Who lives and who holds what, as the lease store knew it at a heartbeat. Every node computes the same from the same view.</summary>
internal sealed class ClusterView
{
    private readonly SortedDictionary<(string EntityType, int Shard), ShardLease> _leases = [];
    private readonly SortedSet<string> _living;

    public ClusterView(IReadOnlyList<LiveNode> nodes, IReadOnlyList<ShardLease> leases)
    {
        Nodes = nodes;
        _living = new SortedSet<string>(nodes.Select(node => node.Id), StringComparer.Ordinal);
        foreach (var lease in leases)
            _leases[(lease.EntityType, lease.Shard)] = lease;
    }

    public static ClusterView Empty { get; } = new([], []);

    /// <summary>In ordinal order.</summary>
    public IReadOnlyList<LiveNode> Nodes { get; }

    public IReadOnlyCollection<ShardLease> Leases => _leases.Values;

    /// <summary>The node that should have the shard; null when no living one can read what is stored in it.</summary>
    public string? WantedOwner(string entityType, int shard)
    {
        var format = _leases.TryGetValue((entityType, shard), out var lease) ? lease.Format : 0;
        var able = Nodes.Where(node => node.Node.Format >= format).Select(node => node.Id).ToList();
        return able.Count == 0 ? null : ShardPlacement.OwnerOf(entityType, shard, able);
    }

    /// <summary>The node the store has as holder of the shard, living or dead; null when nobody.</summary>
    public string? HolderOf(string entityType, int shard) => _leases.TryGetValue((entityType, shard), out var lease) ? lease.Owner : null;

    public bool IsAlive(string nodeId) => _living.Contains(nodeId);

    /// <summary>Until the first life of another node ends unless renewed; null when none ends by time.</summary>
    public TimeSpan? NextEndOfLife(string self) => Nodes
        .Where(node => node.Id != self && node.Remaining != Timeout.InfiniteTimeSpan)
        .Select(node => (TimeSpan?)node.Remaining).Min();
}
