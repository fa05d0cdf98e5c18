using Rebalancer.Runtime.Cluster;
using Rebalancer.Simulation.Processes;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Ports;

/// <summary>One process's connection to the lease store, which is in the same database as the journal.</summary>
internal sealed class LeasePort(ClusterWorld world, SimulatedProcess process) : ILeaseStore
{
    public async Task<NodeLease> HeartbeatAsync(NodeDescription node, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Leases.HeartbeatAsync(node, cancellationToken);
    }

    public async Task<IReadOnlyList<LiveNode>> ListNodesAsync(CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Leases.ListNodesAsync(cancellationToken);
    }

    public async Task LeaveAsync(string nodeId, CancellationToken cancellationToken)
    {
        await ReachAsync();
        await world.Leases.LeaveAsync(nodeId, cancellationToken);
    }

    public async Task<IReadOnlyList<ShardLease>> AcquireAsync(
        string nodeId, IReadOnlyCollection<(string EntityType, int Shard)> shards, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Leases.AcquireAsync(nodeId, shards, cancellationToken);
    }

    public async Task ReleaseAsync(IReadOnlyCollection<ShardLease> leases, CancellationToken cancellationToken)
    {
        await ReachAsync();
        await world.Leases.ReleaseAsync(leases, cancellationToken);
    }

    public async Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Leases.ListAsync(entityType, cancellationToken);
    }

    private Task ReachAsync() => world.IsLeaseStoreLost
        ? Task.FromException(new IOException("the lease store does not answer"))
        : world.ReachDatabaseAsync(process);
}
