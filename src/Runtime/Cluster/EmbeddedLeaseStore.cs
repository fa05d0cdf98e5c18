namespace Rebalancer.Runtime.Cluster;

/// <summary>
/// The leases of a node that has its journal to itself: it owns every shard for as long as it holds the journal's lock, under the owner
/// epoch raised when the journal was opened.
/// </summary>
/// <param name="self">The one node.</param>
/// <param name="epoch">The journal's owner epoch.</param>
public sealed class EmbeddedLeaseStore(NodeDescription self, long epoch) : ILeaseStore
{
    private readonly string _owner = self.Id;
    private readonly Lock _lock = new();
    private readonly SortedSet<(string EntityType, int Shard)> _held = [];

    /// <summary>Holding the lock is the whole of the lease, so it never runs out by the clock.</summary>
    public Task<NodeLease> HeartbeatAsync(NodeDescription node, CancellationToken cancellationToken) =>
        node.Id == _owner
            ? Task.FromResult(new NodeLease(_owner, Timeout.InfiniteTimeSpan))
            : throw new InvalidOperationException($"The journal belongs to node {_owner}; {node.Id} cannot join it. A cluster needs PostgreSQL.");

    public Task<IReadOnlyList<LiveNode>> ListNodesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LiveNode>>([new LiveNode(self, Timeout.InfiniteTimeSpan)]);

    /// <summary>The lock goes with the process, and the lease with the lock.</summary>
    public Task LeaveAsync(string nodeId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<ShardLease>> AcquireAsync(
        string nodeId, IReadOnlyCollection<(string EntityType, int Shard)> shards, CancellationToken cancellationToken)
    {
        if (nodeId != _owner)
            return Task.FromResult<IReadOnlyList<ShardLease>>([]);
        lock (_lock)
            _held.UnionWith(shards);
        return Task.FromResult<IReadOnlyList<ShardLease>>([.. shards.Select(shard => new ShardLease(shard.EntityType, shard.Shard, _owner, epoch))]);
    }

    public Task ReleaseAsync(IReadOnlyCollection<ShardLease> leases, CancellationToken cancellationToken)
    {
        lock (_lock)
            _held.ExceptWith(leases.Select(lease => (lease.EntityType, lease.Shard)));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ShardLease>>(
                [.. _held.Where(held => held.EntityType == entityType).Select(held => new ShardLease(entityType, held.Shard, _owner, epoch))]);
        }
    }
}
