using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Cluster.World;

/// <summary>Looks into the database while a trial runs, past the program.</summary>
public sealed class JournalWatch(NpgsqlDataSource database)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    /// <summary>How many shards the nodes of that name hold.</summary>
    public Task<long> CountHeldAsync(string node, CancellationToken cancellationToken) =>
        ScalarAsync<long>("SELECT count(*) FROM shard_lease WHERE owner LIKE $1 || '-%'", cancellationToken, node);

    /// <summary>How many shards each living node holds.</summary>
    public Task<List<long>> ReadShardCountsAsync(CancellationToken cancellationToken) => ColumnAsync<long>(
        "SELECT count(l.shard) FROM node n LEFT JOIN shard_lease l ON l.owner = n.id WHERE n.expires_at > now() GROUP BY n.id ORDER BY n.id", cancellationToken);

    /// <summary>What the database takes on disk.</summary>
    public Task<long> ReadBytesAsync(CancellationToken cancellationToken) => ScalarAsync<long>("SELECT pg_database_size(current_database())", cancellationToken);

    /// <summary>Messages between entities that are under way.</summary>
    public Task<long> CountUndeliveredAsync(CancellationToken cancellationToken) => ScalarAsync<long>("SELECT count(*) FROM outbox", cancellationToken);

    public Task<long> LastOffsetAsync(CancellationToken cancellationToken) =>
        ScalarAsync<long>("SELECT coalesce(max(global_offset), 0) FROM journal", cancellationToken);

    /// <summary>How many events of each name there are later than the event.</summary>
    public async Task<SortedDictionary<string, long>> CountByNameAsync(long offset, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in await ColumnAsync<string>("SELECT event_name FROM journal WHERE global_offset > $1", cancellationToken, offset))
        {
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        return counts;
    }

    /// <summary>Waits until nothing has been journaled for so long.</summary>
    /// <returns>False when it never was, in time.</returns>
    public async Task<bool> UntilQuietAsync(TimeSpan quiet, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        long last;
        do
        {
            last = await LastOffsetAsync(cancellationToken);
            await Task.Delay(quiet, cancellationToken);
            if (await LastOffsetAsync(cancellationToken) == last)
            {
                return true;
            }
        }
        while (TimeProvider.System.GetElapsedTime(started) < limit);
        return false;
    }

    /// <summary>Waits for an order that a node of that name has just armed: its permit is written, the node may not know yet.</summary>
    /// <returns>False when none came in time.</returns>
    public async Task<bool> UntilArmedAsync(string node, TimeSpan limit, CancellationToken cancellationToken)
    {
        var after = await LastOffsetAsync(cancellationToken);
        return await UntilAsync(
            async () =>
            {
                var armed = await ColumnAsync<string>(
                    "SELECT persistence_id FROM journal WHERE global_offset > $1 AND event_name = 'order-armed'", cancellationToken, after);
                var held = armed.Count == 0 ? [] : await ColumnAsync<int>(
                    "SELECT shard FROM shard_lease WHERE entity_type = 'account' AND owner LIKE $1 || '-%'", cancellationToken, node);
                return armed.Any(stream => held.Contains(ShardPlacement.ShardOf(stream["account/".Length..])));
            },
            limit, cancellationToken);
    }

    /// <summary>Waits for the account's first permit.</summary>
    /// <returns>False when none came in time.</returns>
    public Task<bool> UntilAccountArmsAsync(string account, TimeSpan limit, CancellationToken cancellationToken) => UntilAsync(
        () => ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM journal WHERE persistence_id = 'account/' || $1 AND event_name = 'order-armed')", cancellationToken, account),
        limit, cancellationToken);

    /// <summary>Every event of a stream, one a line.</summary>
    public Task<List<string>> ReadEventsAsync(string stream, CancellationToken cancellationToken) => ColumnAsync<string>(
        "SELECT sequence_nr || ' ' || event_name || ' ' || payload FROM journal WHERE persistence_id = $1 ORDER BY sequence_nr", cancellationToken, stream);

    /// <summary>Waits for a permit later than the event, of the account, or of any when it is null.</summary>
    /// <returns>False when none came in time.</returns>
    public Task<bool> UntilArmedAfterAsync(long offset, string? account, TimeSpan limit, CancellationToken cancellationToken) => UntilAsync(
        () => ScalarAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM journal WHERE global_offset > $1 AND persistence_id LIKE 'account/' || $2 AND event_name = 'order-armed')",
            cancellationToken, offset, account ?? "%"),
        limit, cancellationToken);

    /// <summary>The orders that each alarm of the account, later than the event, told of; none where something else was why.</summary>
    public async Task<List<string[]>> ReadAlarmsAsync(long offset, string account, CancellationToken cancellationToken) =>
    [
        .. (await ColumnAsync<string>(
            "SELECT payload FROM journal WHERE global_offset > $1 AND persistence_id = 'account/' || $2 AND event_name = 'account-reducing' ORDER BY sequence_nr",
            cancellationToken, offset, account))
            .Select(payload => JsonNode.Parse(payload)!["strays"]?.Deserialize<string[]>() ?? []),
    ];

    /// <summary>Waits until so many accounts were told, later than the event, to reduce only.</summary>
    /// <returns>False when they were not in time.</returns>
    public Task<bool> UntilAllReduceAsync(long offset, int accounts, TimeSpan limit, CancellationToken cancellationToken) => UntilAsync(
        async () => await ScalarAsync<long>(
            "SELECT count(DISTINCT persistence_id) FROM journal WHERE global_offset > $1 AND event_name = 'account-reducing'", cancellationToken, offset) >= accounts,
        limit, cancellationToken);

    /// <summary>Locks the node's leases against its appends and runs <paramref name="whileHeld"/> once one of them waits inside its transaction.</summary>
    /// <returns>False when the node appended nothing in time; then nothing was run.</returns>
    public async Task<bool> InsideAnAppendAsync(string node, TimeSpan limit, Action whileHeld, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var hold = new NpgsqlCommand("SELECT pg_backend_pid() FROM shard_lease WHERE owner LIKE $1 || '-%' FOR UPDATE", connection, transaction);
        hold.Parameters.Add(new NpgsqlParameter { Value = node });
        await hold.ExecuteNonQueryAsync(cancellationToken);
        var waits = await UntilAsync(
            () => ScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%append_batch%' AND datname = current_database())",
                cancellationToken),
            limit, cancellationToken);
        if (waits)
        {
            whileHeld();
        }

        await transaction.CommitAsync(cancellationToken);
        return waits;
    }

    private static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
            {
                return false;
            }

            await Task.Delay(Poll, cancellationToken);
        }

        return true;
    }

    private async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values) =>
        (await ColumnAsync<T>(sql, cancellationToken, values))[0];

    private async Task<List<T>> ColumnAsync<T>(string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var column = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            column.Add(await reader.GetFieldValueAsync<T>(0, cancellationToken));
        }

        return column;
    }
}
