using Microsoft.Data.Sqlite;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>A read-only connection with its statements; used by one caller at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    public const string RowsSql = Columns + "WHERE persistence_id = ? AND sequence_nr >= ? ORDER BY sequence_nr LIMIT ?";
    public const string HeadSql = "SELECT last_sequence_nr, last_hash, last_message_sequence FROM stream WHERE persistence_id = ?";

    /// <summary>A message that has left the outbox was confirmed, and therefore received.</summary>
    public const string IsReceivedSql =
        "SELECT EXISTS (SELECT 1 FROM receipt WHERE sender = ?1 AND sequence = ?2 AND receiver = ?3) "
        + "OR NOT EXISTS (SELECT 1 FROM outbox WHERE sender = ?1 AND sequence = ?2)";

    private const string Columns =
        "SELECT global_offset, persistence_id, sequence_nr, event_name, event_version, payload, timestamp, epoch, writer_id, "
        + "correlation_id, causation_id, previous_hash, hash FROM journal ";

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _rows;
    private readonly SqliteStatement _events;
    private readonly SqliteStatement _all;
    private readonly SqliteStatement _isReceived;
    private readonly SqliteStatement _outbox;
    private readonly SqliteStatement _head;

    public SqliteReader(string path)
    {
        _connection = SqliteConnections.OpenReader(path);
        _rows = new SqliteStatement(_connection, RowsSql);
        _events = new SqliteStatement(
            _connection,
            "SELECT sequence_nr, event_name, event_version, payload FROM journal WHERE persistence_id = ? AND sequence_nr >= ? "
            + "ORDER BY sequence_nr LIMIT ?");
        _all = new SqliteStatement(_connection, Columns + "WHERE global_offset > ? ORDER BY global_offset LIMIT ?");
        _isReceived = new SqliteStatement(_connection, IsReceivedSql);
        _head = new SqliteStatement(_connection, HeadSql);
        _outbox = new SqliteStatement(
            _connection,
            "SELECT outbox_offset, sender, sequence, receiver, message_name, message_version, payload, correlation_id FROM outbox "
            + "WHERE outbox_offset > ? ORDER BY outbox_offset LIMIT ?");
    }

    public List<JournalRow> ReadStream(string persistenceId, long fromSequenceNr, int limit) =>
        ReadRows(_rows.Bind(persistenceId, fromSequenceNr, limit), persistenceId);

    public List<RecoveredEvent> ReadEvents(string persistenceId, long fromSequenceNr, int limit)
    {
        var events = new List<RecoveredEvent>();
        string? name = null;
        _events.Bind(persistenceId, fromSequenceNr, limit);
        while (_events.Read())
        {
            name = _events.Text(1, name);
            events.Add(new RecoveredEvent(_events.Number(0), name, (int)_events.Number(2), _events.Text(3)));
        }

        return events;
    }

    public List<JournalRow> ReadAll(long afterOffset, int limit) => ReadRows(_all.Bind(afterOffset, limit), string.Empty);

    public bool IsReceived(string receiver, string sender, long sequence) => IsReceived(_isReceived, receiver, sender, sequence);

    public StreamHead? ReadHead(string persistenceId) => ReadHead(_head, persistenceId);

    public List<OutboxRow> ReadOutbox(long afterOffset, int limit)
    {
        var rows = new List<OutboxRow>();
        _outbox.Bind(afterOffset, limit);
        while (_outbox.Read())
        {
            rows.Add(new OutboxRow(
                _outbox.Number(0), _outbox.Text(1), _outbox.Number(2), _outbox.Text(3), _outbox.Text(4), (int)_outbox.Number(5),
                _outbox.Text(6), _outbox.Text(7)));
        }

        return rows;
    }

    /// <summary>Runs a query that is asked too rarely to keep prepared.</summary>
    public List<T> Query<T>(string sql, Func<SqliteStatement, T> map, params ReadOnlySpan<object> parameters)
    {
        using var statement = new SqliteStatement(_connection, sql);
        statement.Bind(parameters);
        var rows = new List<T>();
        while (statement.Read())
        {
            rows.Add(map(statement));
        }

        return rows;
    }

    public static bool IsReceived(SqliteStatement statement, string receiver, string sender, long sequence) =>
        statement.First(row => row.Number(0) != 0, sender, sequence, receiver);

    public static StreamHead? ReadHead(SqliteStatement statement, string persistenceId) => statement.First(
        row => new StreamHead(row.Number(0), Convert.ToHexStringLower(row.Bytes(1)), row.Number(2)), persistenceId);

    /// <summary>Reads the rows of a bound statement. Texts that repeat from row to row are kept once.</summary>
    public static List<JournalRow> ReadRows(SqliteStatement statement, string persistenceId)
    {
        var rows = new List<JournalRow>();
        JournalRow? last = null;
        while (statement.Read())
        {
            last = new JournalRow(
                statement.Number(0), statement.Text(1, last?.PersistenceId ?? persistenceId), statement.Number(2),
                statement.Text(3, last?.EventName), (int)statement.Number(4), statement.Text(5),
                JournalHash.FromMicroseconds(statement.Number(6)), statement.Number(7), statement.Text(8, last?.WriterId),
                statement.Text(9, last?.CorrelationId), statement.Text(10, last?.CausationId),
                Convert.ToHexStringLower(statement.Bytes(11)), Convert.ToHexStringLower(statement.Bytes(12)));
            rows.Add(last);
        }

        return rows;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _events.Dispose();
        _all.Dispose();
        _isReceived.Dispose();
        _outbox.Dispose();
        _head.Dispose();
        _connection.Dispose();
    }
}
