using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Bench.Journals;

/// <summary>
/// SQLite. The yardstick: rows of the journal's size into one bare table with one index, with the same durability (write-ahead log, a flush
/// per transaction), by a prepared command, so many rows to a transaction as there are actors in the run beside it.
/// </summary>
internal sealed class SqliteDatabase : IBenchDatabase
{
    public string Name => "SQLite";

    public Task<double> InsertAsync(int rows, int rowsPerTransaction, string payload) =>
        InDirectoryAsync(path => Task.FromResult(Insert(path, rows, rowsPerTransaction, payload)));

    public Task<double> UseAsync(Func<IJournal, long, Task<double>> measure) => InDirectoryAsync(async path =>
    {
        await using var journal = SqliteJournal.Open(path, TimeProvider.System);
        return await measure(journal, journal.Epoch);
    });

    private static async Task<double> InDirectoryAsync(Func<string, Task<double>> run)
    {
        var directory = Directory.CreateTempSubdirectory("rebalancer-bench-").FullName;
        try
        {
            return await run(Path.Combine(directory, "journal.db"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static double Insert(string path, int rows, int rowsPerTransaction, string payload)
    {
        SqliteNative.Initialise();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;");
        Execute(connection, """
            CREATE TABLE raw (id INTEGER PRIMARY KEY, stream TEXT NOT NULL, nr INTEGER NOT NULL, name TEXT NOT NULL, payload TEXT NOT NULL,
                at INTEGER NOT NULL, writer TEXT NOT NULL, correlation TEXT NOT NULL, causation TEXT NOT NULL, previous BLOB NOT NULL,
                hash BLOB NOT NULL, UNIQUE (stream, nr))
            """);
        using var insert = connection.CreateCommand();
        insert.CommandText =
            "INSERT INTO raw (stream, nr, name, payload, at, writer, correlation, causation, previous, hash) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i, $j)";
        var values = new object[]
        {
            "bench/0", 0L, "event-happened", payload, 1L, new string('w', 32), "correlation-1234", "Append", new byte[32], new byte[32],
        };
        for (var i = 0; i < values.Length; i++)
            insert.Parameters.AddWithValue($"${(char)('a' + i)}", values[i]);
        insert.Prepare();
        Insert(connection, insert, JournalBench.WarmUpEvents, 1_000, 1_000_000);
        var watch = Stopwatch.StartNew();
        Insert(connection, insert, rows, rowsPerTransaction, 0);
        return rows / watch.Elapsed.TotalSeconds;
    }

    private static void Insert(SqliteConnection connection, SqliteCommand insert, int rows, int rowsPerTransaction, long firstNumber)
    {
        for (var written = 0; written < rows; written += rowsPerTransaction)
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = 0; i < rowsPerTransaction; i++)
            {
                insert.Parameters[0].Value = $"bench/{i}";
                insert.Parameters[1].Value = firstNumber + written;
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
