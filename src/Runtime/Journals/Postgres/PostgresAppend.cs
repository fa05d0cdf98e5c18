using Npgsql;
using NpgsqlTypes;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>An append with the head it goes behind, and its rows hashed.</summary>
internal sealed record PreparedAppend(AppendRequest Request, StreamHead Head, JournalRow[] Rows)
{
    public static PreparedAppend Create(AppendRequest request, StreamHead head) => new(request, head, AppendRules.BuildRows(request, head.LastHash));

    /// <summary>The head when the append has been accepted.</summary>
    public StreamHead NextHead => Rows.Length == 0 ? Head
        : new StreamHead(Rows[^1].SequenceNr, Rows[^1].Hash, Head.LastMessageSequence + Request.Messages.Count);
}

/// <summary>What the database answers about one append of a batch.</summary>
/// <param name="Epoch">Epoch of the entity's shard; 0 when nobody has ever owned it.</param>
/// <param name="LastSequenceNr">Where the stream ended before.</param>
internal sealed record AppendAnswer(bool Accepted, long Epoch, long LastSequenceNr, bool Received, IReadOnlyList<string> Halted);

/// <summary>
/// The one statement that appends a batch. The leases it joins are locked <c>FOR SHARE</c>: a takeover waits for the appends in flight,
/// and an append that waited for a takeover sees its epoch. The rows of halts are locked likewise, so that a halt that has been answered
/// lets nothing through. Each entity's part is accepted or refused by itself, all of it or nothing.
/// </summary>
internal static class PostgresAppend
{
    private const string Sql =
        """
        WITH request AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                AS r (n, persistence_id, expected, epoch, entity_type, shard, sender, sequence, last_sequence_nr, last_hash, last_message_sequence)),
        lease AS (
            SELECT entity_type, shard, epoch FROM shard_lease
            WHERE (entity_type, shard) IN (SELECT entity_type, shard FROM request) FOR SHARE),
        barred AS (
            SELECT scope, halted FROM halt WHERE scope = ANY ($13) FOR SHARE),
        halted AS (
            SELECT s.n, array_agg(s.scope) AS scopes FROM unnest($12, $13) AS s (n, scope)
            JOIN barred b ON b.scope = s.scope AND b.halted GROUP BY s.n),
        judged AS (
            SELECT r.*, coalesce(l.epoch, 0) AS current_epoch, coalesce(s.last_sequence_nr, 0) AS current_sequence_nr, h.scopes AS halted_scopes,
                r.sender IS NOT NULL AND (
                    EXISTS (SELECT 1 FROM receipt WHERE sender = r.sender AND sequence = r.sequence AND receiver = r.persistence_id)
                    OR NOT EXISTS (SELECT 1 FROM outbox WHERE sender = r.sender AND sequence = r.sequence)) AS received
            FROM request r
            LEFT JOIN lease l ON l.entity_type = r.entity_type AND l.shard = r.shard
            LEFT JOIN stream s ON s.persistence_id = r.persistence_id
            LEFT JOIN halted h ON h.n = r.n),
        accepted AS (
            SELECT * FROM judged
            WHERE epoch = current_epoch AND expected = current_sequence_nr AND NOT received AND halted_scopes IS NULL),
        events AS (
            INSERT INTO journal (persistence_id, sequence_nr, event_name, event_version, payload, timestamp, epoch, writer_id,
                correlation_id, causation_id, previous_hash, hash)
            SELECT a.persistence_id, e.sequence_nr, e.event_name, e.event_version, e.payload, e.at, a.epoch, e.writer_id,
                e.correlation_id, e.causation_id, e.previous_hash, e.hash
            FROM unnest($14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
                AS e (n, sequence_nr, event_name, event_version, payload, at, writer_id, correlation_id, causation_id, previous_hash, hash)
            JOIN accepted a USING (n) ORDER BY e.n, e.sequence_nr),
        heads AS (
            INSERT INTO stream SELECT persistence_id, last_sequence_nr, last_hash, last_message_sequence FROM accepted WHERE last_sequence_nr > expected
            ON CONFLICT (persistence_id) DO UPDATE SET last_sequence_nr = excluded.last_sequence_nr, last_hash = excluded.last_hash,
                last_message_sequence = excluded.last_message_sequence),
        messages AS (
            INSERT INTO outbox (sender, sequence, receiver, receiver_type, receiver_shard, message_name, message_version, payload, correlation_id)
            SELECT a.persistence_id, m.sequence, m.receiver, m.receiver_type, m.receiver_shard, m.message_name, m.message_version, m.payload,
                m.correlation_id
            FROM unnest($25, $26, $27, $28, $29, $30, $31, $32, $33)
                AS m (n, sequence, receiver, receiver_type, receiver_shard, message_name, message_version, payload, correlation_id)
            JOIN accepted a USING (n) ORDER BY m.n, m.sequence),
        receipts AS (
            INSERT INTO receipt SELECT sender, sequence, persistence_id FROM accepted WHERE sender IS NOT NULL),
        halts AS (
            INSERT INTO halt SELECT c.scope, c.halted, c.who, c.why, c.at
            FROM unnest($34, $35, $36, $37, $38, $39) AS c (n, scope, halted, who, why, at) JOIN accepted a USING (n)
            ON CONFLICT (scope) DO UPDATE SET halted = excluded.halted, who = excluded.who, why = excluded.why, at = excluded.at)
        SELECT j.n, a.n IS NOT NULL, j.current_epoch, j.current_sequence_nr, j.received, j.halted_scopes
        FROM judged j LEFT JOIN accepted a USING (n)
        """;

    /// <summary>Runs the statement; answers in the order of the batch.</summary>
    public static async Task<AppendAnswer[]> RunAsync(NpgsqlDataSource database, IReadOnlyList<PreparedAppend> batch, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        AddRequests(command, batch);
        AddEvents(command, batch);
        AddMessages(command, batch);
        AddHalts(command, batch);
        var answers = new AppendAnswer[batch.Count];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            answers[reader.GetInt32(0)] = new AppendAnswer(
                reader.GetBoolean(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetBoolean(4),
                await reader.IsDBNullAsync(5, cancellationToken) ? [] : await reader.GetFieldValueAsync<string[]>(5, cancellationToken));
        }

        return answers;
    }

    private static void AddRequests(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var homes = batch.Select(append => EntityShard.Of(append.Request.PersistenceId)).ToList();
        Add(command, NpgsqlDbType.Integer, Enumerable.Range(0, batch.Count).ToArray());
        Add(command, NpgsqlDbType.Text, Each(append => append.Request.PersistenceId));
        Add(command, NpgsqlDbType.Bigint, Each(append => append.Request.ExpectedSequenceNr));
        Add(command, NpgsqlDbType.Bigint, Each(append => append.Request.Epoch));
        Add(command, NpgsqlDbType.Text, homes.Select(home => home.EntityType).ToArray());
        Add(command, NpgsqlDbType.Integer, homes.Select(home => home.Shard).ToArray());
        Add(command, NpgsqlDbType.Text, Each(append => append.Request.Receipt?.Sender));
        Add(command, NpgsqlDbType.Bigint, Each(append => append.Request.Receipt?.Sequence));
        Add(command, NpgsqlDbType.Bigint, Each(append => append.NextHead.LastSequenceNr));
        Add(command, NpgsqlDbType.Bytea, Each(append => Convert.FromHexString(append.NextHead.LastHash)));
        Add(command, NpgsqlDbType.Bigint, Each(append => append.NextHead.LastMessageSequence));
        var scopes = Flatten(batch, append => append.Request.HaltScopes);
        Add(command, NpgsqlDbType.Integer, scopes.Select(scope => scope.N).ToArray());
        Add(command, NpgsqlDbType.Text, scopes.Select(scope => scope.Item).ToArray());

        T[] Each<T>(Func<PreparedAppend, T> column) => [.. batch.Select(column)];
    }

    private static void AddEvents(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var rows = Flatten(batch, append => append.Rows);
        Add(command, NpgsqlDbType.Integer, rows.Select(row => row.N).ToArray());
        Add(command, NpgsqlDbType.Bigint, Each(row => row.SequenceNr));
        Add(command, NpgsqlDbType.Text, Each(row => row.EventName));
        Add(command, NpgsqlDbType.Integer, Each(row => row.EventVersion));
        Add(command, NpgsqlDbType.Text, Each(row => row.Payload));
        Add(command, NpgsqlDbType.TimestampTz, Each(row => row.Timestamp.UtcDateTime));
        Add(command, NpgsqlDbType.Text, Each(row => row.WriterId));
        Add(command, NpgsqlDbType.Text, Each(row => row.CorrelationId));
        Add(command, NpgsqlDbType.Text, Each(row => row.CausationId));
        Add(command, NpgsqlDbType.Bytea, Each(row => Convert.FromHexString(row.PreviousHash)));
        Add(command, NpgsqlDbType.Bytea, Each(row => Convert.FromHexString(row.Hash)));

        T[] Each<T>(Func<JournalRow, T> column) => [.. rows.Select(row => column(row.Item))];
    }

    private static void AddMessages(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var messages = Flatten(batch, append => append.Request.Messages.Select((message, i) => (
            Message: message, Sequence: append.Head.LastMessageSequence + 1 + i, append.Request.CorrelationId, Home: EntityShard.Of(message.Receiver))));
        Add(command, NpgsqlDbType.Integer, messages.Select(message => message.N).ToArray());
        Add(command, NpgsqlDbType.Bigint, messages.Select(message => message.Item.Sequence).ToArray());
        Add(command, NpgsqlDbType.Text, messages.Select(message => message.Item.Message.Receiver).ToArray());
        Add(command, NpgsqlDbType.Text, messages.Select(message => message.Item.Home.EntityType).ToArray());
        Add(command, NpgsqlDbType.Integer, messages.Select(message => message.Item.Home.Shard).ToArray());
        Add(command, NpgsqlDbType.Text, messages.Select(message => message.Item.Message.Name).ToArray());
        Add(command, NpgsqlDbType.Integer, messages.Select(message => message.Item.Message.Version).ToArray());
        Add(command, NpgsqlDbType.Text, messages.Select(message => message.Item.Message.Payload).ToArray());
        Add(command, NpgsqlDbType.Text, messages.Select(message => message.Item.CorrelationId).ToArray());
    }

    private static void AddHalts(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var changes = Flatten(batch, append => append.Request.HaltChanges);
        Add(command, NpgsqlDbType.Integer, changes.Select(change => change.N).ToArray());
        Add(command, NpgsqlDbType.Text, changes.Select(change => change.Item.Scope).ToArray());
        Add(command, NpgsqlDbType.Boolean, changes.Select(change => change.Item.Halted).ToArray());
        Add(command, NpgsqlDbType.Text, changes.Select(change => change.Item.Who).ToArray());
        Add(command, NpgsqlDbType.Text, changes.Select(change => change.Item.Why).ToArray());
        Add(command, NpgsqlDbType.TimestampTz, changes.Select(change => batch[change.N].Request.Timestamp.UtcDateTime).ToArray());
    }

    private static List<(int N, T Item)> Flatten<T>(IReadOnlyList<PreparedAppend> batch, Func<PreparedAppend, IEnumerable<T>> items) =>
        [.. batch.SelectMany((append, n) => items(append).Select(item => (n, item)))];

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, T[] column) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = column });
}
