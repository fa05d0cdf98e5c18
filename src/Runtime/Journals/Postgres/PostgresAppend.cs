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
/// <param name="Halted">The first of the request's scopes that is halted.</param>
internal sealed record AppendAnswer(bool Accepted, long Epoch, long LastSequenceNr, bool Received, string? Halted);

/// <summary>The call that appends a batch: one statement, hence one transaction, with a column of every kind as an array.</summary>
internal static class PostgresAppend
{
    /// <summary>Runs it; answers in the order of the batch.</summary>
    public static async Task<AppendAnswer[]> RunAsync(NpgsqlDataSource database, IReadOnlyList<PreparedAppend> batch, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(PostgresAppendFunction.Call);
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
                await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetString(5));
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
