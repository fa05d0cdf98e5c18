namespace Rebalancer.Runtime.Cluster;

/// <summary>Who owns which shard, fenced by epochs. Embedded: one owner of everything; clustered: rows in the coordination database.</summary>
public interface ILeaseStore
{
    /// <summary>Takes or renews this node's life; the result bounds, on the caller's monotonic clock, how long side effects are allowed.</summary>
    Task<NodeLease> HeartbeatAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>Nodes whose life has not ended, in ordinal order.</summary>
    Task<IReadOnlyList<string>> ListNodesAsync(CancellationToken cancellationToken);

    /// <summary>Ends this node's life at once instead of by its running out; its shards must have been given up before.</summary>
    Task LeaveAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>Takes a shard whose owner is gone, raising its epoch; null when another live node owns it.</summary>
    Task<ShardLease?> TryAcquireAsync(string entityType, int shard, string nodeId, CancellationToken cancellationToken);

    /// <summary>Gives a shard up so that another node may take it at once.</summary>
    Task ReleaseAsync(ShardLease lease, CancellationToken cancellationToken);

    Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken);
}

/// <param name="TimeToLive">Counted from when the acknowledged renewal was sent.</param>
public sealed record NodeLease(string NodeId, TimeSpan TimeToLive);

public sealed record ShardLease(string EntityType, int Shard, string Owner, long Epoch);
