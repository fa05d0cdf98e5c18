using Npgsql;
using Rebalancer.Runtime.Journals.Postgres;

namespace Rebalancer.Runtime.Cluster.Postgres;

/// <summary>
/// Leases as rows of the journal's database, on the database's clock alone. A shard's row changes with its ownership only; what keeps an
/// owner is its node's row. The tables are the journal's, which is opened first.
/// </summary>
/// <param name="address">Where other nodes reach this one.</param>
/// <param name="version">The program's version.</param>
/// <param name="timeToLive">Of a node after its last heartbeat.</param>
public sealed class PostgresLeaseStore(NpgsqlDataSource database, string address, string version, TimeSpan timeToLive) : ILeaseStore
{
    public async Task<NodeLease> HeartbeatAsync(string nodeId, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            """
            INSERT INTO node VALUES ($1, $2, $3, clock_timestamp() + $4)
            ON CONFLICT (id) DO UPDATE SET address = excluded.address, app_version = excluded.app_version, expires_at = excluded.expires_at
            """,
            cancellationToken, nodeId, address, version, timeToLive);
        return new NodeLease(nodeId, timeToLive);
    }

    public async Task<IReadOnlyList<string>> ListNodesAsync(CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        database, "SELECT id FROM node WHERE expires_at > clock_timestamp() ORDER BY id", row => row.GetString(0), cancellationToken);

    public Task LeaveAsync(string nodeId, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM node WHERE id = $1", cancellationToken, nodeId);

    public async Task<ShardLease?> TryAcquireAsync(string entityType, int shard, string nodeId, CancellationToken cancellationToken)
    {
        // A node that asks again for what it holds keeps its epoch: raising it would fence its own appends in flight.
        var epochs = await PostgresReads.QueryAsync(
            database,
            """
            INSERT INTO shard_lease AS l (entity_type, shard, owner, epoch)
            SELECT $1, $2, $3, 1 WHERE EXISTS (SELECT 1 FROM node WHERE id = $3 AND expires_at > clock_timestamp())
            ON CONFLICT (entity_type, shard) DO UPDATE SET owner = $3, epoch = CASE WHEN l.owner = $3 THEN l.epoch ELSE l.epoch + 1 END
            WHERE l.owner IS NULL OR l.owner = $3 OR NOT EXISTS (SELECT 1 FROM node WHERE id = l.owner AND expires_at > clock_timestamp())
            RETURNING epoch
            """,
            row => row.GetInt64(0), cancellationToken, entityType, shard, nodeId);
        return epochs.Count == 0 ? null : new ShardLease(entityType, shard, nodeId, epochs[0]);
    }

    public Task ReleaseAsync(ShardLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return ChangeAsync(
            "UPDATE shard_lease SET owner = NULL WHERE entity_type = $1 AND shard = $2 AND owner = $3 AND epoch = $4",
            cancellationToken, lease.EntityType, lease.Shard, lease.Owner, lease.Epoch);
    }

    public async Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        database, "SELECT shard, owner, epoch FROM shard_lease WHERE entity_type = $1 AND owner IS NOT NULL ORDER BY shard",
        row => new ShardLease(entityType, row.GetInt32(0), row.GetString(1), row.GetInt64(2)), cancellationToken, entityType);

    private Task ChangeAsync(string sql, CancellationToken cancellationToken, params object[] parameters) =>
        PostgresReads.QueryAsync(database, sql, _ => true, cancellationToken, parameters);
}
