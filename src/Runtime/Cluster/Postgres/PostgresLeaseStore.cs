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

    public async Task<IReadOnlyList<ShardLease>> AcquireAsync(
        string nodeId, IReadOnlyCollection<(string EntityType, int Shard)> shards, CancellationToken cancellationToken) =>
        // A node that asks again for what it holds keeps its epoch: raising it would fence its own appends in flight. The order keeps two
        // nodes that ask for the same shards from waiting for each other.
        await PostgresReads.QueryAsync(
            database,
            """
            INSERT INTO shard_lease AS l (entity_type, shard, owner, epoch, format)
            SELECT s.entity_type, s.shard, n.id, 1, n.format
            FROM unnest($2, $3) AS s (entity_type, shard), node n WHERE n.id = $1 AND n.expires_at > clock_timestamp()
            ORDER BY s.entity_type, s.shard
            ON CONFLICT (entity_type, shard) DO UPDATE
                SET owner = $1, epoch = CASE WHEN l.owner = $1 THEN l.epoch ELSE l.epoch + 1 END, format = excluded.format
            WHERE excluded.format >= l.format
                AND (l.owner IS NULL OR l.owner = $1 OR NOT EXISTS (SELECT 1 FROM node WHERE id = l.owner AND expires_at > clock_timestamp()))
            RETURNING entity_type, shard, epoch, format
            """,
            row => new ShardLease(row.GetString(0), row.GetInt32(1), nodeId, row.GetInt64(2), row.GetInt32(3)),
            cancellationToken, nodeId, shards.Select(shard => shard.EntityType).ToArray(), shards.Select(shard => shard.Shard).ToArray());

    public Task ReleaseAsync(IReadOnlyCollection<ShardLease> leases, CancellationToken cancellationToken) => ChangeAsync(
        """
        WITH held AS (
            SELECT entity_type, shard
            FROM shard_lease l JOIN unnest($1, $2, $3, $4) AS s (entity_type, shard, owner, epoch) USING (entity_type, shard, owner, epoch)
            ORDER BY entity_type, shard FOR UPDATE OF l)
        UPDATE shard_lease l SET owner = NULL FROM held WHERE (l.entity_type, l.shard) = (held.entity_type, held.shard)
        """,
        cancellationToken, leases.Select(lease => lease.EntityType).ToArray(), leases.Select(lease => lease.Shard).ToArray(),
        leases.Select(lease => lease.Owner ?? string.Empty).ToArray(), leases.Select(lease => lease.Epoch).ToArray());

    public async Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        database, "SELECT shard, owner, epoch, format FROM shard_lease WHERE entity_type = $1 ORDER BY shard",
        row => new ShardLease(entityType, row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2), row.GetInt32(3)),
        cancellationToken, entityType);

    private Task ChangeAsync(string sql, CancellationToken cancellationToken, params object[] parameters) =>
        PostgresReads.QueryAsync(database, sql, _ => true, cancellationToken, parameters);
}
