namespace Rebalancer.Runtime.Cluster;

/// <summary>
/// Leases in memory on an injected clock, shared by the simulated nodes of a cluster. A node lives for the time to live after its last
/// heartbeat; a shard may be taken over once its owner's life has ended or it was given up, under the next epoch.
/// </summary>
public sealed class InMemoryLeaseStore(TimeProvider clock, TimeSpan timeToLive) : ILeaseStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (NodeDescription Node, DateTimeOffset ExpiresAt)> _nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string EntityType, int Shard), (string? Owner, long Epoch, int Format)> _shards = [];

    public Task<NodeLease> HeartbeatAsync(NodeDescription node, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _nodes[node.Id] = (node, clock.GetUtcNow() + timeToLive);
        }

        return Task.FromResult(new NodeLease(node.Id, timeToLive));
    }

    public Task<IReadOnlyList<LiveNode>> ListNodesAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            return Task.FromResult<IReadOnlyList<LiveNode>>(
                [.. _nodes.Values.Where(entry => now < entry.ExpiresAt).Select(entry => new LiveNode(entry.Node, entry.ExpiresAt - now))]);
        }
    }

    public Task LeaveAsync(string nodeId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _nodes.Remove(nodeId);
        }

        return Task.CompletedTask;
    }

    /// <summary>The epoch under which appends of the shard's entities are accepted now, as the database's join would find it; 0 before the first lease.</summary>
    public long EpochOf(string entityType, int shard)
    {
        lock (_lock)
        {
            return _shards.GetValueOrDefault((entityType, shard)).Epoch;
        }
    }

    /// <summary>The node that holds the shard or held it last; null before the first lease and once it was given up.</summary>
    public string? OwnerOf(string entityType, int shard)
    {
        lock (_lock)
        {
            return _shards.GetValueOrDefault((entityType, shard)).Owner;
        }
    }

    public Task<IReadOnlyList<ShardLease>> AcquireAsync(
        string nodeId, IReadOnlyCollection<(string EntityType, int Shard)> shards, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<ShardLease>>([.. shards.Select(shard => Acquire(nodeId, shard)).OfType<ShardLease>()]);
    }

    public Task ReleaseAsync(IReadOnlyCollection<ShardLease> leases, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var lease in leases)
            {
                var key = (lease.EntityType, lease.Shard);
                if (_shards.TryGetValue(key, out var held) && (held.Owner, held.Epoch) == (lease.Owner, lease.Epoch))
                    _shards[key] = (null, held.Epoch, held.Format);
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ShardLease>>(
            [
                .. _shards.Where(entry => entry.Key.EntityType == entityType)
                    .Select(entry => new ShardLease(entityType, entry.Key.Shard, entry.Value.Owner, entry.Value.Epoch, entry.Value.Format)),
            ]);
        }
    }

    private ShardLease? Acquire(string nodeId, (string EntityType, int Shard) key)
    {
        var (holder, epoch, format) = _shards.GetValueOrDefault(key);
        if (!IsAlive(nodeId) || _nodes[nodeId].Node.Format < format || (holder is not null && holder != nodeId && IsAlive(holder)))
            return null;

        // A node that asks again for what it holds keeps its epoch: raising it would fence its own appends in flight.
        epoch = holder == nodeId ? epoch : epoch + 1;
        format = _nodes[nodeId].Node.Format;
        _shards[key] = (nodeId, epoch, format);
        return new ShardLease(key.EntityType, key.Shard, nodeId, epoch, format);
    }

    private bool IsAlive(string nodeId) => _nodes.TryGetValue(nodeId, out var entry) && clock.GetUtcNow() < entry.ExpiresAt;
}
