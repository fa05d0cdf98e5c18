using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>
/// A prepared statement used many times. It speaks to SQLite directly because a command object per row costs several times what SQLite
/// itself does; everything else goes through <see cref="SqliteConnection"/>.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <summary>Starts over with these parameters, in order: text, numbers or byte arrays.</summary>
    public SqliteStatement Bind(params ReadOnlySpan<object> parameters)
    {
        // A reset repeats the error of the last step, which has been thrown already.
        _ = raw.sqlite3_reset(_statement);
        for (var i = 0; i < parameters.Length; i++)
        {
            Check(parameters[i] switch
            {
                long number => raw.sqlite3_bind_int64(_statement, i + 1, number),
                int number => raw.sqlite3_bind_int64(_statement, i + 1, number),
                // An empty array would be bound as NULL.
                byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, i + 1, 0),
                byte[] bytes => raw.sqlite3_bind_blob(_statement, i + 1, bytes),
                string text => raw.sqlite3_bind_text(_statement, i + 1, text),
                var other => throw new NotSupportedException($"A parameter of type {other.GetType()} cannot be bound."),
            });
        }

        return this;
    }

    /// <summary>Moves to the next row; false when there is none.</summary>
    public bool Read()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW)
        {
            return true;
        }

        if (code is not raw.SQLITE_DONE)
        {
            var error = new SqliteException(raw.sqlite3_errmsg(_database).utf8_to_string(), code, raw.sqlite3_extended_errcode(_database));
            _ = raw.sqlite3_reset(_statement);
            throw error;
        }

        _ = raw.sqlite3_reset(_statement);
        return false;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run(params ReadOnlySpan<object> parameters)
    {
        Bind(parameters);
        while (Read())
        {
            // Statements such as PRAGMA answer with rows nobody needs.
        }
    }

    /// <summary>
    /// What the first row says, or the default when there is none. Starts over at once: a statement left in the middle of its rows keeps
    /// a read transaction open, behind which the connection could not write any more.
    /// </summary>
    public T? First<T>(Func<SqliteStatement, T> map, params ReadOnlySpan<object> parameters)
    {
        var first = Bind(parameters).Read() ? map(this) : default;
        _ = raw.sqlite3_reset(_statement);
        return first;
    }

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? string.Empty;

    /// <summary>The text of a column, as the very object <paramref name="expected"/> when it is equal.</summary>
    public string Text(int column, string? expected)
    {
        // The blob call gives the text's bytes without copying them; a column of another type is converted by the text call.
        var bytes = raw.sqlite3_column_blob(_statement, column);
        return expected is not null && System.Text.Ascii.Equals(bytes, expected) ? expected : Text(column);
    }

    /// <summary>The bytes of a column, whatever type it has by now.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
