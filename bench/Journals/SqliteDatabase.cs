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

    public Task<IBenchSession> OpenAsync() => Task.FromResult<IBenchSession>(new Session());

    private sealed class Session : IBenchSession
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("rebalancer-bench-").FullName;
        private readonly SqliteJournal _journal;
        private readonly SqliteConnection _connection;

        public Session()
        {
            _journal = SqliteJournal.Open(Path.Combine(_directory, "journal.db"), TimeProvider.System);
            SqliteNative.Initialise();
            _connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "raw.db")};Pooling=False");
            _connection.Open();
            Execute(_connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;");
            Execute(_connection, """
                CREATE TABLE raw (id INTEGER PRIMARY KEY, stream TEXT NOT NULL, nr INTEGER NOT NULL, name TEXT NOT NULL, payload TEXT NOT NULL,
                    at INTEGER NOT NULL, writer TEXT NOT NULL, correlation TEXT NOT NULL, causation TEXT NOT NULL, previous BLOB NOT NULL,
                    hash BLOB NOT NULL, UNIQUE (stream, nr))
                """);
        }

        public IJournal Journal => _journal;

        public long Epoch => _journal.Epoch;

        public Task InsertAsync(int rows, int rowsPerTransaction, long firstNumber, string payload)
        {
            Insert(_connection, rows, rowsPerTransaction, firstNumber, payload);
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _connection.DisposeAsync();
            await _journal.DisposeAsync();
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static void Insert(SqliteConnection connection, int rows, int rowsPerTransaction, long firstNumber, string payload)
    {
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
