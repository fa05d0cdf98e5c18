using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>Opens connections with the settings the journal relies on, and says in the operator's words why one cannot be opened.</summary>
internal static class SqliteConnections
{
    /// <summary>The writing connection; creates the file.</summary>
    public static SqliteConnection OpenWriter(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            SqliteSchema.Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that cannot write.</summary>
    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>Runs what touches the file and translates SQLite's errors.</summary>
    public static T Translate<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_NOTADB)
        {
            throw new JournalFormatException(path, "this is not a journal", "Name another data directory, or move the file away.", exception);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_ERROR)
        {
            throw new JournalFormatException(path, $"the journal is damaged ({exception.Message})", "Restore it from a backup.", exception);
        }
        catch (SqliteException exception)
        {
            throw new JournalUnavailableException(
                path, $"the journal cannot be opened ({exception.Message})", "Check that the file exists and that this user may read and write it.", exception);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        SqliteNative.Initialise();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            SqliteSchema.Run(connection, "PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
