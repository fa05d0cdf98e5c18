using Npgsql;
using NpgsqlTypes;
using Rebalancer.Postgres.TestKit;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Postgres;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Bench.Journals;

/// <summary>PostgreSQL, flushing to disk: a server of its own for each session.</summary>
internal sealed class PostgresDatabases : IBenchDatabase
{
    public string Name => "PostgreSQL";

    public async Task<IBenchSession> OpenAsync()
    {
        var server = await PostgresServer.StartAsync(durable: true);
        var database = PostgresDatabase.Open(await server.CreateDatabaseAsync(), "bench");
        var journal = await PostgresJournal.OpenAsync(database, "bench", CancellationToken.None);
        var leases = new PostgresLeaseStore(database, TimeSpan.FromHours(1));
        await leases.HeartbeatAsync(new NodeDescription("bench"), CancellationToken.None);
        await leases.AcquireAsync("bench", [.. Enumerable.Range(0, ShardPlacement.ShardCount).Select(shard => ("bench", shard))], CancellationToken.None);
        var session = new Session(server, database, journal);
        await session.CreateTableAsync();
        return session;
    }

    /// <summary>
    /// The yardstick: the journal's columns in one table with the two indexes a journal cannot be without, one prepared statement after the
    /// other, each row's values sent and each row fenced by the lease of its shard as the journal's are.
    /// </summary>
    private sealed class Session(PostgresServer server, NpgsqlDataSource database, PostgresJournal journal) : IBenchSession
    {
        private const string Insert =
            """
            WITH lease AS (
                SELECT shard, epoch FROM shard_lease WHERE entity_type = 'bench' AND shard IN (SELECT unnest($3)) FOR SHARE)
            INSERT INTO raw (stream, nr, name, version, payload, at, epoch, writer, correlation, causation, previous, hash)
            SELECT r.stream, r.nr, r.name, 1, r.payload, r.at, l.epoch, r.writer, r.correlation, r.causation, r.previous, r.hash
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                AS r (stream, nr, shard, epoch, name, payload, at, writer, correlation, causation, previous, hash)
            JOIN lease l ON l.shard = r.shard AND l.epoch = r.epoch
            """;

        public IJournal Journal => journal;

        public long Epoch => 1;

        public async Task CreateTableAsync()
        {
            await using var create = database.CreateCommand(
                """
                CREATE TABLE raw (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text COLLATE "C" NOT NULL, nr bigint NOT NULL,
                    name text NOT NULL, version integer NOT NULL, payload text NOT NULL, at timestamptz NOT NULL, epoch bigint NOT NULL,
                    writer text NOT NULL, correlation text NOT NULL, causation text NOT NULL, previous bytea NOT NULL, hash bytea NOT NULL,
                    UNIQUE (stream, nr))
                """);
            await create.ExecuteNonQueryAsync();
        }

        public async Task InsertAsync(int rows, int rowsPerTransaction, long firstNumber, string payload)
        {
            var streams = Enumerable.Range(0, rowsPerTransaction).Select(i => $"bench/{i}").ToArray();
            var shards = streams.Select(stream => ShardPlacement.ShardOf(stream["bench/".Length..])).ToArray();
            await using var connection = await database.OpenConnectionAsync();
            await using var command = new NpgsqlCommand(Insert, connection);
            Add(command, NpgsqlDbType.Text, streams);
            var numbers = Add(command, NpgsqlDbType.Bigint, Each(0L));
            Add(command, NpgsqlDbType.Integer, shards);
            Add(command, NpgsqlDbType.Bigint, Each(Epoch));
            Add(command, NpgsqlDbType.Text, Each("event-happened"));
            Add(command, NpgsqlDbType.Text, Each(payload));
            Add(command, NpgsqlDbType.TimestampTz, Each(DateTime.UtcNow));
            Add(command, NpgsqlDbType.Text, Each(new string('w', 32)));
            Add(command, NpgsqlDbType.Text, Each("correlation-1234"));
            Add(command, NpgsqlDbType.Text, Each("Append"));
            Add(command, NpgsqlDbType.Bytea, Each(new byte[32]));
            Add(command, NpgsqlDbType.Bytea, Each(new byte[32]));
            await command.PrepareAsync();
            for (var written = 0; written < rows; written += rowsPerTransaction)
            {
                numbers.Value = Each(firstNumber + written);
                if (await command.ExecuteNonQueryAsync() != rowsPerTransaction)
                    throw new InvalidOperationException("The raw insert was fenced, though nobody else owns the shards.");
            }

            T[] Each<T>(T value) => [.. Enumerable.Repeat(value, rowsPerTransaction)];
        }

        public async ValueTask DisposeAsync()
        {
            await journal.DisposeAsync();
            await database.DisposeAsync();
            await server.DisposeAsync();
        }

        private static NpgsqlParameter Add<T>(NpgsqlCommand command, NpgsqlDbType type, T[] column) =>
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = column });
    }
}
