using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>
/// The embedded journal: one SQLite file with write-ahead log and a flush per transaction, written by one process at a time. SQLite has
/// no fencing of its own; the lock on <c>&lt;db&gt;.lock</c> and the owner epoch, raised at open and checked in every transaction, are it.
/// </summary>
public sealed partial class SqliteJournal : IJournal, ICacheStore
{
    private const int PageRows = 2_000;
    private const int MostIdleReaders = 4;

    private readonly SqliteLock? _lock;
    private readonly SqliteWriter? _writer;
    private readonly Stack<SqliteReader> _idleReaders = new();

    private SqliteJournal(string path, long epoch, SqliteLock? held, SqliteWriter? writer)
    {
        Path = path;
        Epoch = epoch;
        _lock = held;
        _writer = writer;
    }

    public string Path { get; }

    /// <summary>The owner epoch this journal writes under; on a read-only one, that of the last owner.</summary>
    public long Epoch { get; }

    /// <summary>Opens the journal for writing, creating it when the file does not exist.</summary>
    /// <param name="clock">When the owner opened it, for the owner row.</param>
    /// <exception cref="JournalException">In use, foreign, damaged, newer or unreachable; the message names file and remedy.</exception>
    public static SqliteJournal Open(string path, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (File.Exists(path) || Directory.Exists(path))
        {
            // Looked at before the lock is taken too: nothing is left beside a file that is not ours.
            SqliteConnections.Translate(path, () => CheckExisting(path));
        }

        var held = SqliteLock.Take(path);
        SqliteConnection? connection = null;
        try
        {
            return SqliteConnections.Translate(path, () =>
            {
                var version = File.Exists(path) ? CheckExisting(path) : 0;
                connection = SqliteConnections.OpenWriter(path);
                SqliteSchema.Migrate(connection, version);
                var epoch = RaiseEpoch(connection, clock);
                return new SqliteJournal(path, epoch, held, new SqliteWriter(connection, epoch));
            });
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing journal for <c>audit</c> and <c>doctor</c>: without lock, beside a running owner or not. Appends throw.</summary>
    /// <exception cref="JournalException">Missing, foreign, damaged or newer; the message names file and remedy.</exception>
    public static SqliteJournal OpenReadOnly(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return SqliteConnections.Translate(path, () =>
        {
            if (!File.Exists(path))
            {
                throw new JournalUnavailableException(path, "there is no journal", "Name the data directory of an installation that has run.");
            }

            if (CheckExisting(path) == 0)
            {
                throw new JournalFormatException(path, "the file is empty", "Name the data directory of an installation that has run.");
            }

            using var reader = new SqliteReader(path);
            return new SqliteJournal(path, reader.Query("SELECT epoch FROM owner", row => row.Number(0)).Single(), null, null);
        });
    }

    public Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        AppendRules.Validate(request);
        return Writer.AppendAsync(request, cancellationToken);
    }

    public async IAsyncEnumerable<JournalRow> ReadAsync(
        string persistenceId, long fromSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Pages, not one long statement: an open read transaction would keep the write-ahead log from being taken into the file.
        List<JournalRow> page;
        do
        {
            page = await ReadPageAsync(reader => reader.ReadStream(persistenceId, fromSequenceNr, PageRows), cancellationToken);
            foreach (var row in page)
            {
                yield return row;
                fromSequenceNr = row.SequenceNr + 1;
            }
        }
        while (page.Count == PageRows);
    }

    public async IAsyncEnumerable<RecoveredEvent> RecoverAsync(
        string persistenceId, long fromSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<RecoveredEvent> page;
        do
        {
            page = await ReadPageAsync(reader => reader.ReadEvents(persistenceId, fromSequenceNr, PageRows), cancellationToken);
            foreach (var recovered in page)
            {
                yield return recovered;
                fromSequenceNr = recovered.SequenceNr + 1;
            }
        }
        while (page.Count == PageRows);
    }

    public async IAsyncEnumerable<JournalRow> ReadAllAsync(
        long afterOffset, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (limit > 0)
        {
            var wanted = Math.Min(limit, PageRows);
            var page = await ReadPageAsync(reader => reader.ReadAll(afterOffset, wanted), cancellationToken);
            foreach (var row in page)
            {
                yield return row;
                afterOffset = row.GlobalOffset;
            }

            limit = page.Count == wanted ? limit - wanted : 0;
        }
    }

    public Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(reader => reader.Query(
            "SELECT persistence_id FROM stream WHERE substr(persistence_id, 1, length(?1)) = ?1 "
            + "UNION SELECT DISTINCT persistence_id FROM journal WHERE substr(persistence_id, 1, length(?1)) = ?1 ORDER BY 1",
            row => row.Text(0), prefix));

    public Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.ReadHead(persistenceId));

    public Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken) =>
        Writer.ChangeAsync(appender => appender.SaveSnapshot(snapshot), cancellationToken);

    public Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.Query(
            "SELECT sequence_nr, snapshot_name, snapshot_version, payload, timestamp, stream_hash, hash FROM snapshot WHERE persistence_id = ?",
            row => new SnapshotRow(
                persistenceId, row.Number(0), row.Text(1), (int)row.Number(2), row.Text(3), JournalHash.FromMicroseconds(row.Number(4)),
                row.Text(5), row.Text(6)),
            persistenceId).SingleOrDefault());

    public Task<CachedText?> ReadCacheAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.Query(
            "SELECT content, written_at FROM cache WHERE name = ?", row => new CachedText(row.Text(0), JournalHash.FromMicroseconds(row.Number(1))), name).SingleOrDefault());

    public Task WriteCacheAsync(string name, CachedText text, CancellationToken cancellationToken) =>
        Writer.ChangeAsync(appender => appender.WriteCache(name, text), cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<OutboxRow>>(reader => reader.ReadOutbox(afterOffset, limit));

    public Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken) =>
        Writer.ChangeAsync(appender => appender.Confirm(sender, sequence), cancellationToken);

    public Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.IsReceived(receiver, sender, sequence));

    public Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<HaltRow>>(reader => reader.Query(
            "SELECT scope, who, why, at FROM halt ORDER BY scope",
            row => new HaltRow(row.Text(0), row.Text(1), row.Text(2), JournalHash.FromMicroseconds(row.Number(3)))));

    /// <summary>Global offset of the last event; 0 when there is none.</summary>
    public Task<long> ReadLastOffsetAsync() =>
        ReadAsync(reader => reader.Query("SELECT COALESCE(MAX(global_offset), 0) FROM journal", row => row.Number(0)).Single());

    /// <summary>Writes what is queued, closes the file and gives the lock up.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_idleReaders)
        {
            while (_idleReaders.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }

        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }

        _lock?.Dispose();
    }

    private SqliteWriter Writer => _writer ?? throw new InvalidOperationException($"{Path}: the journal was opened read-only.");

    private static int CheckExisting(string path)
    {
        using var connection = SqliteConnections.OpenReader(path);
        return SqliteSchema.Check(connection, path);
    }

    private static long RaiseEpoch(SqliteConnection connection, TimeProvider clock)
    {
        using var process = Process.GetCurrentProcess();
        using var raise = new SqliteStatement(
            connection, "UPDATE owner SET epoch = epoch + 1, process_id = ?, process_name = ?, opened_at = ?");
        raise.Run(process.Id, process.ProcessName, JournalHash.ToMicroseconds(clock.GetUtcNow()));
        using var read = new SqliteStatement(connection, "SELECT epoch FROM owner");
        return read.First(row => row.Number(0));
    }

    private Task<List<T>> ReadPageAsync<T>(Func<SqliteReader, List<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ReadAsync(read);
    }

    /// <summary>Reads on the caller's thread: SQLite has no asynchronous interface, and a read of a page takes well under a millisecond.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteReader, T> read)
    {
        SqliteReader? reader;
        lock (_idleReaders)
        {
            _idleReaders.TryPop(out reader);
        }

        reader ??= new SqliteReader(Path);
        try
        {
            var answer = read(reader);
            lock (_idleReaders)
            {
                if (_idleReaders.Count < MostIdleReaders)
                {
                    _idleReaders.Push(reader);
                    reader = null;
                }
            }

            return Task.FromResult(answer);
        }
        finally
        {
            reader?.Dispose();
        }
    }
}
