using System.Runtime.CompilerServices;
using Npgsql;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>
/// The journal of a cluster: one PostgreSQL database written by all nodes, each for the shards it holds a lease on. An append is accepted
/// only under the epoch of its entity's lease.
/// </summary>
public sealed partial class PostgresJournal : IJournal, ICacheStore
{
    private const int PageRows = 2_000;

    private readonly NpgsqlDataSource _database;
    private readonly string? _node;
    private readonly PostgresWriter[] _writers;
    private readonly bool _ownsDatabase;
    private readonly SharedQuestion<IReadOnlyList<HaltRow>> _halts;

    private PostgresJournal(NpgsqlDataSource database, string? node, int writers, bool ownsDatabase = false)
    {
        _database = database;
        _node = node;
        _ownsDatabase = ownsDatabase;
        _halts = new SharedQuestion<IReadOnlyList<HaltRow>>(QueryHaltsAsync);
        _writers = [.. Enumerable.Range(0, writers).Select(_ => new PostgresWriter(database))];
    }

    /// <summary>Opens the journal, bringing its tables to the version of this program.</summary>
    /// <param name="database">Stays the caller's.</param>
    /// <param name="node">Whose outbox is read: messages to the entities of its shards. Null: everybody's, for audit.</param>
    /// <param name="writers">How many statements may be under way at once; the entities are divided among them.</param>
    /// <exception cref="JournalException">Newer than this program, or unreachable; the message names the database and the remedy.</exception>
    public static async Task<PostgresJournal> OpenAsync(
        NpgsqlDataSource database, string? node, CancellationToken cancellationToken, int writers = 2)
    {
        await TranslateAsync(database, "may create tables in it", () => PostgresSchema.MigrateAsync(database, cancellationToken));
        return new PostgresJournal(database, node, writers);
    }

    /// <summary>Opens an existing journal for <c>audit</c> and <c>doctor</c>, beside the nodes that write it or without them. Appends throw.</summary>
    /// <param name="database">Disposed with the journal.</param>
    /// <exception cref="JournalException">Missing, newer than this program, or unreachable.</exception>
    public static async Task<PostgresJournal> OpenReadOnlyAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await TranslateAsync(database, "may read its tables", () => PostgresSchema.CheckAsync(database, cancellationToken));
        return new PostgresJournal(database, null, writers: 0, ownsDatabase: true);
    }

    public Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        AppendRules.Validate(request);
        if (_writers.Length == 0)
        {
            throw new InvalidOperationException("The journal was opened to be read only.");
        }

        return _writers[FixedHash.Fnv1a32(request.PersistenceId) % _writers.Length].AppendAsync(request, cancellationToken);
    }

    public IAsyncEnumerable<JournalRow> ReadAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) => PagesAsync(
        (from, before) => PostgresReads.RowsAsync(_database, persistenceId, from, before, PageRows, cancellationToken),
        row => row.SequenceNr, fromSequenceNr, bounded: false);

    /// <inheritdoc/>
    /// <remarks>Asked for long streams only, whose reader ends before their end.</remarks>
    public IAsyncEnumerable<RecoveredEvent> RecoverAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) => PagesAsync(
        (from, before) => PostgresReads.EventsAsync(_database, persistenceId, from, before, PageRows, cancellationToken),
        recovered => recovered.SequenceNr, fromSequenceNr, bounded: true);

    public async IAsyncEnumerable<JournalRow> ReadAllAsync(
        long afterOffset, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (limit > 0)
        {
            var wanted = Math.Min(limit, PageRows);
            var page = await PostgresReads.AllAsync(_database, afterOffset, wanted, cancellationToken);
            foreach (var row in page)
            {
                yield return row;
                afterOffset = row.GlobalOffset;
            }

            limit = page.Count == wanted ? limit - wanted : 0;
        }
    }

    public async Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        _database,
        "SELECT persistence_id FROM stream WHERE starts_with(persistence_id, $1) "
        + "UNION SELECT DISTINCT persistence_id FROM journal WHERE starts_with(persistence_id, $1) ORDER BY 1",
        row => row.GetString(0), cancellationToken, prefix);

    public async Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken) =>
        (await PostgresReads.HeadsAsync(_database, [persistenceId], cancellationToken)).Select(found => found.Head).SingleOrDefault();

    public async Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        // A node that has lost the entity meanwhile may still be saving: an older snapshot never replaces a newer one.
        await PostgresReads.QueryAsync(
            _database,
            """
            INSERT INTO snapshot VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (persistence_id) DO UPDATE SET sequence_nr = excluded.sequence_nr, snapshot_name = excluded.snapshot_name,
                snapshot_version = excluded.snapshot_version, payload = excluded.payload, timestamp = excluded.timestamp,
                stream_hash = excluded.stream_hash, hash = excluded.hash
            WHERE snapshot.sequence_nr <= excluded.sequence_nr
            """,
            _ => true, cancellationToken, snapshot.PersistenceId, snapshot.SequenceNr, snapshot.Name, snapshot.Version, snapshot.Payload,
            snapshot.Timestamp.UtcDateTime, snapshot.StreamHash, snapshot.Hash);
    }

    public async Task<CachedText?> ReadCacheAsync(string name, CancellationToken cancellationToken) => (await PostgresReads.QueryAsync(
        _database, "SELECT content, written_at FROM cache WHERE name = $1", row => new CachedText(row.GetString(0), PostgresReads.Time(row, 1)),
        cancellationToken, name)).SingleOrDefault();

    public Task WriteCacheAsync(string name, CachedText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PostgresReads.QueryAsync(
            _database,
            "INSERT INTO cache VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET content = excluded.content, written_at = excluded.written_at",
            _ => true, cancellationToken, name, text.Text, text.WrittenAt.UtcDateTime);
    }

    public async Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken) => (await PostgresReads.QueryAsync(
        _database,
        "SELECT sequence_nr, snapshot_name, snapshot_version, payload, timestamp, stream_hash, hash FROM snapshot WHERE persistence_id = $1",
        row => new SnapshotRow(
            persistenceId, row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetString(3), PostgresReads.Time(row, 4), row.GetString(5),
            row.GetString(6)),
        cancellationToken, persistenceId)).SingleOrDefault();

    public async Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        _database,
        """
        SELECT outbox_offset, sender, sequence, receiver, message_name, message_version, payload, correlation_id FROM outbox o
        WHERE outbox_offset > $1 AND ($3 = '' OR EXISTS (
            SELECT 1 FROM shard_lease l WHERE l.entity_type = o.receiver_type AND l.shard = o.receiver_shard AND l.owner = $3))
        ORDER BY outbox_offset LIMIT $2
        """,
        row => new OutboxRow(
            row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetString(6), row.GetString(7)),
        cancellationToken, afterOffset, limit, _node ?? string.Empty);

    public Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken) => PostgresReads.QueryAsync(
        _database,
        "WITH confirmed AS (DELETE FROM outbox WHERE sender = $1 AND sequence = $2) DELETE FROM receipt WHERE sender = $1 AND sequence = $2",
        _ => true, cancellationToken, sender, sequence);

    /// <inheritdoc/>
    /// <remarks>A message that has left the outbox was confirmed, and therefore received.</remarks>
    public async Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken) =>
        (await PostgresReads.QueryAsync(
            _database,
            "SELECT EXISTS (SELECT 1 FROM receipt WHERE sender = $1 AND sequence = $2 AND receiver = $3) "
            + "OR NOT EXISTS (SELECT 1 FROM outbox WHERE sender = $1 AND sequence = $2)",
            row => row.GetBoolean(0), cancellationToken, sender, sequence, receiver)).Single();

    public Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken) => _halts.AskAsync(cancellationToken);

    /// <summary>Offset and hash of the last event that can be seen; 0 and empty when there is none.</summary>
    public async Task<(long Offset, string Hash)> ReadLastAsync(CancellationToken cancellationToken) => (await PostgresReads.QueryAsync(
        _database, "SELECT global_offset, encode(hash, 'hex') FROM journal ORDER BY global_offset DESC LIMIT 1",
        row => (row.GetInt64(0), row.GetString(1)), cancellationToken)).FirstOrDefault((0, string.Empty));

    /// <summary>Hash of the event at an offset; null when there is none.</summary>
    public async Task<string?> ReadHashAsync(long offset, CancellationToken cancellationToken) => (await PostgresReads.QueryAsync(
        _database, "SELECT encode(hash, 'hex') FROM journal WHERE global_offset = $1", row => row.GetString(0), cancellationToken, offset)).SingleOrDefault();

    /// <summary>Writes what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers)
        {
            await writer.DisposeAsync();
        }

        if (_ownsDatabase)
        {
            await _database.DisposeAsync();
        }
    }

    /// <summary>
    /// Pages of a stream. All but the first have an upper bound: without one, a planner that believes a stream to be short sorts all that is
    /// left of it for every page. A page that is not full ends the stream, unless it had a bound: numbers may be missing, and what is behind
    /// them is looked for without.
    /// </summary>
    /// <param name="bounded">Whether the first page has a bound too, which costs a short stream another question.</param>
    private static async IAsyncEnumerable<T> PagesAsync<T>(Func<long, long, Task<List<T>>> read, Func<T, long> number, long from, bool bounded)
    {
        while (true)
        {
            var page = await read(from, bounded ? from + PageRows : long.MaxValue);
            foreach (var item in page)
            {
                yield return item;
                from = number(item) + 1;
            }

            if (page.Count < PageRows && !bounded)
            {
                yield break;
            }

            bounded = page.Count == PageRows;
        }
    }

    private async Task<IReadOnlyList<HaltRow>> QueryHaltsAsync() => await PostgresReads.QueryAsync(
        _database, "SELECT scope, who, why, at FROM halt WHERE halted ORDER BY scope",
        row => new HaltRow(row.GetString(0), row.GetString(1), row.GetString(2), PostgresReads.Time(row, 3)), CancellationToken.None);

    private static async Task TranslateAsync(NpgsqlDataSource database, string right, Func<Task> open)
    {
        try
        {
            await open();
        }
        catch (NpgsqlException exception)
        {
            throw new JournalUnavailableException(
                PostgresDatabase.NameOf(database), $"the journal cannot be opened ({exception.Message})",
                $"Check that the database exists, that this user {right}, and that its password is right.", exception);
        }
    }
}
