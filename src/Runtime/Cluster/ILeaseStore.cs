namespace Rebalancer.Runtime.Cluster;

/// <summary>Who owns which shard, fenced by epochs. Embedded: one owner of everything; clustered: rows in the coordination database.</summary>
public interface ILeaseStore
{
    /// <summary>Takes or renews this node's life; the result bounds, on the caller's monotonic clock, how long side effects are allowed.</summary>
    Task<NodeLease> HeartbeatAsync(NodeDescription node, CancellationToken cancellationToken);

    /// <summary>Nodes whose life has not ended, in ordinal order of their ids.</summary>
    Task<IReadOnlyList<LiveNode>> ListNodesAsync(CancellationToken cancellationToken);

    /// <summary>Ends this node's life at once instead of by its running out; its shards must have been given up before.</summary>
    Task LeaveAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes those of the shards whose owner is gone, raising their epochs. Not those another live node owns, nor those a node of a later
    /// format has owned, whose events this one may not be able to read.
    /// </summary>
    Task<IReadOnlyList<ShardLease>> AcquireAsync(
        string nodeId, IReadOnlyCollection<(string EntityType, int Shard)> shards, CancellationToken cancellationToken);

    /// <summary>Gives shards up so that other nodes may take them at once; leases that are no longer held are passed over.</summary>
    Task ReleaseAsync(IReadOnlyCollection<ShardLease> leases, CancellationToken cancellationToken);

    /// <summary>Every shard of the type that was ever owned, in order.</summary>
    Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken);
}

/// <summary>A process as the others see it.</summary>
/// <param name="Id">Unique for every start of a process, so that a restarted one never passes for its predecessor.</param>
/// <param name="Address">Where the others reach it; empty when by its id.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Format">The latest format of stored events it can read; formats are numbered in the order of releases.</param>
public sealed record NodeDescription(string Id, string Address = "", string Version = "", int Format = 0);

/// <param name="Remaining">Until its life ends unless it renews it; infinite when it never ends by time.</param>
public sealed record LiveNode(NodeDescription Node, TimeSpan Remaining)
{
    public string Id => Node.Id;
}

/// <param name="TimeToLive">Counted from when the acknowledged renewal was sent.</param>
public sealed record NodeLease(string NodeId, TimeSpan TimeToLive);

/// <param name="Owner">Holder, living or not; null once it was given up.</param>
/// <param name="Format">The latest format of any owner so far: its events may be stored in it.</param>
public sealed record ShardLease(string EntityType, int Shard, string? Owner, long Epoch, int Format = 0);
