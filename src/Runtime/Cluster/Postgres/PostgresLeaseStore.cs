using Npgsql;
using Rebalancer.Runtime.Journals.Postgres;

namespace Rebalancer.Runtime.Cluster.Postgres;

/// <summary>
/// Leases as rows of the journal's database, on the database's clock alone. A shard's row changes with its ownership only; what keeps an
/// owner is its node's row. The tables are the journal's, which is opened first.
/// </summary>
/// <param name="timeToLive">Of a node after its last heartbeat.</param>
public sealed class PostgresLeaseStore(NpgsqlDataSource database, TimeSpan timeToLive) : ILeaseStore
{
    public async Task<NodeLease> HeartbeatAsync(NodeDescription node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        await ChangeAsync(
            """
            WITH forgotten AS (DELETE FROM node WHERE expires_at < clock_timestamp() - interval '1 day')
            INSERT INTO node VALUES ($1, $2, $3, clock_timestamp() + $4, $5)
            ON CONFLICT (id) DO UPDATE SET address = excluded.address, app_version = excluded.app_version, expires_at = excluded.expires_at, format = excluded.format
            """,
            cancellationToken, node.Id, node.Address, node.Version, timeToLive, node.Format);
        return new NodeLease(node.Id, timeToLive);
    }

    public async Task<IReadOnlyList<LiveNode>> ListNodesAsync(CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        database,
        "SELECT id, address, app_version, format, expires_at - clock_timestamp() FROM node WHERE expires_at > clock_timestamp() ORDER BY id",
        row => new LiveNode(new NodeDescription(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3)), row.GetTimeSpan(4)),
        cancellationToken);

    public Task LeaveAsync(string nodeId, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM node WHERE id = $1", cancellationToken, nodeId);

    public async Task<ShardLease?> TryAcquireAsync(string entityType, int shard, string nodeId, CancellationToken cancellationToken)
    {
        // A node that asks again for what it holds keeps its epoch: raising it would fence its own appends in flight.
        var taken = await PostgresReads.QueryAsync(
            database,
            """
            INSERT INTO shard_lease AS l (entity_type, shard, owner, epoch, format)
            SELECT $1, $2, $3, 1, n.format FROM node n WHERE n.id = $3 AND n.expires_at > clock_timestamp()
            ON CONFLICT (entity_type, shard) DO UPDATE
                SET owner = $3, epoch = CASE WHEN l.owner = $3 THEN l.epoch ELSE l.epoch + 1 END, format = excluded.format
            WHERE excluded.format >= l.format
                AND (l.owner IS NULL OR l.owner = $3 OR NOT EXISTS (SELECT 1 FROM node WHERE id = l.owner AND expires_at > clock_timestamp()))
            RETURNING epoch, format
            """,
            row => new ShardLease(entityType, shard, nodeId, row.GetInt64(0), row.GetInt32(1)), cancellationToken, entityType, shard, nodeId);
        return taken.SingleOrDefault();
    }

    public Task ReleaseAsync(ShardLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return ChangeAsync(
            "UPDATE shard_lease SET owner = NULL WHERE entity_type = $1 AND shard = $2 AND owner = $3 AND epoch = $4",
            cancellationToken, lease.EntityType, lease.Shard, lease.Owner ?? string.Empty, lease.Epoch);
    }

    public async Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        database, "SELECT shard, owner, epoch, format FROM shard_lease WHERE entity_type = $1 ORDER BY shard",
        row => new ShardLease(entityType, row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2), row.GetInt32(3)),
        cancellationToken, entityType);

    private Task ChangeAsync(string sql, CancellationToken cancellationToken, params object[] parameters) =>
        PostgresReads.QueryAsync(database, sql, _ => true, cancellationToken, parameters);
}
