using Npgsql;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>The journal's queries.</summary>
internal static class PostgresReads
{
    private const string Columns =
        "SELECT global_offset, persistence_id, sequence_nr, event_name, event_version, payload, timestamp, epoch, writer_id, "
        + "correlation_id, causation_id, previous_hash, hash FROM journal ";

    private const string OfStream = "WHERE persistence_id = $1 AND sequence_nr >= $2 AND sequence_nr < $3 ORDER BY sequence_nr LIMIT $4";

    /// <summary>Rows of one stream, in order.</summary>
    public static Task<List<JournalRow>> RowsAsync(
        NpgsqlDataSource database, string persistenceId, long from, long before, int limit, CancellationToken cancellationToken) =>
        QueryAsync(database, Columns + OfStream, ReadRow, cancellationToken, persistenceId, from, before, limit);

    public static Task<List<RecoveredEvent>> EventsAsync(
        NpgsqlDataSource database, string persistenceId, long from, long before, int limit, CancellationToken cancellationToken) => QueryAsync(
        database, "SELECT sequence_nr, event_name, event_version, payload FROM journal " + OfStream,
        row => new RecoveredEvent(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetString(3)), cancellationToken,
        persistenceId, from, before, limit);

    /// <summary>
    /// Rows of all streams behind the one with that offset, in the order of transactions. Offsets are given out before commit: one that
    /// is missing may still come. Rows of transactions that began when none before them was open can have no such gap in front of them.
    /// </summary>
    public static Task<List<JournalRow>> AllAsync(NpgsqlDataSource database, long afterOffset, int limit, CancellationToken cancellationToken) => QueryAsync(
        database,
        Columns + """
            WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())
                AND (transaction_id, global_offset) > (
                    coalesce((SELECT transaction_id FROM journal WHERE global_offset = $1), '0'::xid8), $1)
            ORDER BY transaction_id, global_offset LIMIT $2
            """,
        ReadRow, cancellationToken, afterOffset, limit);

    public static async Task<IReadOnlyList<(string PersistenceId, StreamHead Head)>> HeadsAsync(
        NpgsqlDataSource database, string[] persistenceIds, CancellationToken cancellationToken) => await QueryAsync(
        database, "SELECT persistence_id, last_sequence_nr, last_hash, last_message_sequence FROM stream WHERE persistence_id = ANY ($1)",
        row => (row.GetString(0), new StreamHead(row.GetInt64(1), Hex(row, 2), row.GetInt64(3))), cancellationToken, (object)persistenceIds);

    public static async Task<List<T>> QueryAsync<T>(
        NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    public static DateTimeOffset Time(NpgsqlDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);

    private static JournalRow ReadRow(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetInt32(4), row.GetString(5), Time(row, 6), row.GetInt64(7),
        row.GetString(8), row.GetString(9), row.GetString(10), Hex(row, 11), Hex(row, 12));

    private static string Hex(NpgsqlDataReader row, int column) => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(column));
}
