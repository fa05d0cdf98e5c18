using System.Diagnostics;
using Npgsql;
using Rebalancer.Postgres.TestKit;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Postgres;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Bench.Journals;

/// <summary>
/// PostgreSQL, flushing to disk. The yardstick: rows of the journal's size into one table with its two indexes, one statement after the
/// other, each fenced by its lease as the journal's are, so many rows to a statement as there are actors in the run beside it.
/// </summary>
internal sealed class PostgresDatabases : IBenchDatabase
{
    private const string Insert =
        """
        WITH lease AS (SELECT epoch FROM raw_lease WHERE shard = 1 AND epoch = 1 FOR SHARE)
        INSERT INTO raw (stream, nr, name, payload, at, writer, correlation, causation, previous, hash)
        SELECT s, n, 'event-happened', $3, now(), $4, 'correlation-1234', 'Append', $5, $5 FROM unnest($1, $2) AS r (s, n), lease
        """;

    public string Name => "PostgreSQL";

    public async Task<double> InsertAsync(int rows, int rowsPerTransaction, string payload)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        await using var database = PostgresDatabase.Open(await server.CreateDatabaseAsync(), "bench");
        await using var create = database.CreateCommand(
            """
            CREATE TABLE raw_lease (shard integer PRIMARY KEY, epoch bigint NOT NULL);
            INSERT INTO raw_lease VALUES (1, 1);
            CREATE TABLE raw (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL, nr bigint NOT NULL, name text NOT NULL,
                payload text NOT NULL, at timestamptz NOT NULL, writer text NOT NULL, correlation text NOT NULL, causation text NOT NULL,
                previous bytea NOT NULL, hash bytea NOT NULL, UNIQUE (stream, nr));
            """);
        await create.ExecuteNonQueryAsync();
        await InsertAsync(database, JournalBench.WarmUpEvents, 1_000, 1_000_000, payload);
        var watch = Stopwatch.StartNew();
        await InsertAsync(database, rows, rowsPerTransaction, 0, payload);
        return rows / watch.Elapsed.TotalSeconds;
    }

    public async Task<double> UseAsync(Func<IJournal, long, Task<double>> measure)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        await using var database = PostgresDatabase.Open(await server.CreateDatabaseAsync(), "bench");
        await using var journal = await PostgresJournal.OpenAsync(database, "bench", CancellationToken.None);
        var leases = new PostgresLeaseStore(database, TimeSpan.FromHours(1));
        await leases.HeartbeatAsync(new NodeDescription("bench"), CancellationToken.None);
        await leases.AcquireAsync("bench", [.. Enumerable.Range(0, ShardPlacement.ShardCount).Select(shard => ("bench", shard))], CancellationToken.None);
        return await measure(journal, 1);
    }

    private static async Task InsertAsync(NpgsqlDataSource database, int rows, int rowsPerStatement, long firstNumber, string payload)
    {
        var streams = Enumerable.Range(0, rowsPerStatement).Select(i => $"bench/{i}").ToArray();
        for (var written = 0; written < rows; written += rowsPerStatement)
        {
            await using var command = database.CreateCommand(Insert);
            command.Parameters.Add(new NpgsqlParameter { Value = streams });
            command.Parameters.Add(new NpgsqlParameter { Value = Enumerable.Repeat(firstNumber + written, rowsPerStatement).ToArray() });
            command.Parameters.Add(new NpgsqlParameter { Value = payload });
            command.Parameters.Add(new NpgsqlParameter { Value = new string('w', 32) });
            command.Parameters.Add(new NpgsqlParameter { Value = new byte[32] });
            await command.ExecuteNonQueryAsync();
        }
    }
}
