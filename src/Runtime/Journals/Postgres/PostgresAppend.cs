using Npgsql;
using NpgsqlTypes;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>An append with the head it goes behind, and its rows hashed.</summary>
internal sealed record PreparedAppend(AppendRequest Request, StreamHead Head, JournalRow[] Rows)
{
    public static PreparedAppend Create(AppendRequest request, StreamHead head) => new(request, head, AppendRules.BuildRows(request, head.LastHash));

    /// <summary>The head when the append has been accepted.</summary>
    public StreamHead NextHead { get; } = Rows.Length == 0 ? Head
        : new StreamHead(Rows[^1].SequenceNr, Rows[^1].Hash, Head.LastMessageSequence + Request.Messages.Count);
}

/// <summary>What the database answers about one append of a batch that it refuses.</summary>
/// <param name="Epoch">Epoch of the entity's shard; 0 when nobody has ever owned it.</param>
/// <param name="LastSequenceNr">Where the stream ends.</param>
/// <param name="Halted">The first of the request's scopes that is halted.</param>
internal sealed record AppendRefusal(long Epoch, long LastSequenceNr, bool Received, string? Halted);

/// <summary>The call that appends a batch: one statement, hence one transaction, with a column of every kind as an array.</summary>
internal static class PostgresAppend
{
    /// <summary>Runs it; answers in the order of the batch, null for what is appended.</summary>
    public static async Task<AppendRefusal?[]> RunAsync(NpgsqlDataSource database, IReadOnlyList<PreparedAppend> batch, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(PostgresAppendFunction.Call);
        AddRequests(command, batch);
        AddEvents(command, batch);
        AddMessages(command, batch);
        AddHalts(command, batch);
        var refusals = new AppendRefusal?[batch.Count];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            refusals[reader.GetInt32(0) - 1] = new AppendRefusal(
                reader.GetInt64(1), reader.GetInt64(2), reader.GetBoolean(3),
                await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4));
        }

        return refusals;
    }

    private static void AddRequests(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var leases = new LeasesOfBatch(batch);
        Add(command, NpgsqlDbType.Text, leases.Distinct, lease => lease.EntityType);
        Add(command, NpgsqlDbType.Integer, leases.Distinct, lease => lease.Shard);
        Add(command, NpgsqlDbType.Bigint, leases.Distinct, lease => lease.Epoch);
        Add(command, NpgsqlDbType.Text, batch, append => append.Request.PersistenceId);
        Add(command, NpgsqlDbType.Bigint, batch, append => append.Request.ExpectedSequenceNr);
        Add(command, NpgsqlDbType.Integer, leases.Places, place => place);
        Add(command, NpgsqlDbType.TimestampTz, batch, append => append.Request.Timestamp.UtcDateTime);
        Add(command, NpgsqlDbType.Text, batch, append => append.Request.WriterId);
        Add(command, NpgsqlDbType.Text, batch, append => append.Request.CausationId);
        Add(command, NpgsqlDbType.Text, batch, append => append.Request.Receipt?.Sender);
        Add(command, NpgsqlDbType.Bigint, batch, append => append.Request.Receipt?.Sequence);
        Add(command, NpgsqlDbType.Bigint, batch, append => append.NextHead.LastSequenceNr);
        Add(command, NpgsqlDbType.Bytea, batch, append => Convert.FromHexString(append.NextHead.LastHash));
        Add(command, NpgsqlDbType.Bigint, batch, append => append.NextHead.LastMessageSequence);
        var scopes = Flatten(batch, append => append.Request.HaltScopes);
        Add(command, NpgsqlDbType.Integer, scopes, scope => scope.Request);
        Add(command, NpgsqlDbType.Text, scopes, scope => scope.Item);
    }

    private static void AddEvents(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var rows = Flatten(batch, append => append.Rows);
        Add(command, NpgsqlDbType.Integer, rows, row => row.Request);
        Add(command, NpgsqlDbType.Bigint, rows, row => row.Item.SequenceNr);
        Add(command, NpgsqlDbType.Text, rows, row => row.Item.EventName);
        Add(command, NpgsqlDbType.Integer, rows, row => row.Item.EventVersion);
        Add(command, NpgsqlDbType.Text, rows, row => row.Item.Payload);
        Add(command, NpgsqlDbType.Text, rows, row => row.Item.CorrelationId);
        Add(command, NpgsqlDbType.Bytea, rows, row => Convert.FromHexString(row.Item.PreviousHash));
        Add(command, NpgsqlDbType.Bytea, rows, row => Convert.FromHexString(row.Item.Hash));
    }

    private static void AddMessages(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var messages = Flatten(batch, append => append.Request.Messages.Select((message, i) => (
            Message: message, Sequence: append.Head.LastMessageSequence + 1 + i, append.Request.CorrelationId, Home: EntityShard.Of(message.Receiver))));
        Add(command, NpgsqlDbType.Integer, messages, message => message.Request);
        Add(command, NpgsqlDbType.Bigint, messages, message => message.Item.Sequence);
        Add(command, NpgsqlDbType.Text, messages, message => message.Item.Message.Receiver);
        Add(command, NpgsqlDbType.Text, messages, message => message.Item.Home.EntityType);
        Add(command, NpgsqlDbType.Integer, messages, message => message.Item.Home.Shard);
        Add(command, NpgsqlDbType.Text, messages, message => message.Item.Message.Name);
        Add(command, NpgsqlDbType.Integer, messages, message => message.Item.Message.Version);
        Add(command, NpgsqlDbType.Text, messages, message => message.Item.Message.Payload);
        Add(command, NpgsqlDbType.Text, messages, message => message.Item.CorrelationId);
    }

    private static void AddHalts(NpgsqlCommand command, IReadOnlyList<PreparedAppend> batch)
    {
        var changes = Flatten(batch, append => append.Request.HaltChanges);
        Add(command, NpgsqlDbType.Integer, changes, change => change.Request);
        Add(command, NpgsqlDbType.Text, changes, change => change.Item.Scope);
        Add(command, NpgsqlDbType.Boolean, changes, change => change.Item.Halted);
        Add(command, NpgsqlDbType.Text, changes, change => change.Item.Who);
        Add(command, NpgsqlDbType.Text, changes, change => change.Item.Why);
    }

    /// <summary>The items of all requests, each with the number of its request in the batch, from 1 as arrays count there.</summary>
    private static List<(int Request, T Item)> Flatten<T>(IReadOnlyList<PreparedAppend> batch, Func<PreparedAppend, IEnumerable<T>> items)
    {
        var all = new List<(int, T)>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            foreach (var item in items(batch[i]))
            {
                all.Add((i + 1, item));
            }
        }

        return all;
    }

    private static void Add<TItem, T>(NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, T> column)
    {
        var values = new T[items.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column(items[i]);
        }

        command.Parameters.Add(new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });
    }
}
