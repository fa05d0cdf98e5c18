using Microsoft.Data.Sqlite;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>
/// The statements of the writing connection. Heads and halts are kept in memory, which the exclusive lock allows: nobody else writes
/// them. After a rollback <see cref="Forget"/> makes them be read again.
/// </summary>
internal sealed class SqliteAppender : IDisposable
{
    private const int MostHeadsKept = 50_000;

    private readonly Dictionary<string, StreamHead> _heads = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _halted = new(StringComparer.Ordinal);
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _readEpoch;
    private readonly SqliteStatement _readHead;
    private readonly SqliteStatement _readRows;
    private readonly SqliteStatement _readHalts;
    private readonly SqliteStatement _isReceived;
    private readonly SqliteStatement _insertRow;
    private readonly SqliteStatement _writeHead;
    private readonly SqliteStatement _insertMessage;
    private readonly SqliteStatement _insertReceipt;
    private readonly SqliteStatement _raiseHalt;
    private readonly SqliteStatement _liftHalt;
    private readonly SqliteStatement _deleteMessage;
    private readonly SqliteStatement _deleteReceipts;
    private readonly SqliteStatement _writeSnapshot;
    private readonly SqliteStatement _writeCache;
    private readonly SqliteStatement _addKey;
    private readonly SqliteStatement _addCredential;
    private readonly SqliteStatement _deleteCredentials;
    private bool _haltsKnown;

    public SqliteAppender(SqliteConnection connection)
    {
        Begin = Prepare(connection, "BEGIN IMMEDIATE");
        Commit = Prepare(connection, "COMMIT");
        Rollback = Prepare(connection, "ROLLBACK");
        _readEpoch = Prepare(connection, "SELECT epoch FROM owner");
        _readHead = Prepare(connection, SqliteReader.HeadSql);
        _readRows = Prepare(connection, SqliteReader.RowsSql);
        _readHalts = Prepare(connection, "SELECT scope FROM halt");
        _isReceived = Prepare(connection, SqliteReader.IsReceivedSql);
        _insertRow = Prepare(
            connection,
            "INSERT INTO journal (persistence_id, sequence_nr, event_name, event_version, payload, timestamp, epoch, writer_id, "
            + "correlation_id, causation_id, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _writeHead = Prepare(connection, "INSERT OR REPLACE INTO stream VALUES (?, ?, ?, ?)");
        _insertMessage = Prepare(
            connection,
            "INSERT INTO outbox (sender, sequence, receiver, message_name, message_version, payload, correlation_id) VALUES (?, ?, ?, ?, ?, ?, ?)");
        _insertReceipt = Prepare(connection, "INSERT INTO receipt (receiver, sender, sequence) VALUES (?, ?, ?)");
        _raiseHalt = Prepare(connection, "INSERT OR REPLACE INTO halt (scope, who, why, at) VALUES (?, ?, ?, ?)");
        _liftHalt = Prepare(connection, "DELETE FROM halt WHERE scope = ?");
        _deleteMessage = Prepare(connection, "DELETE FROM outbox WHERE sender = ? AND sequence = ?");
        _deleteReceipts = Prepare(connection, "DELETE FROM receipt WHERE sender = ? AND sequence = ?");
        _writeSnapshot = Prepare(connection, "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        _writeCache = Prepare(connection, "INSERT OR REPLACE INTO cache VALUES (?, ?, ?)");
        _addKey = Prepare(connection, "INSERT OR IGNORE INTO key_ring VALUES (?, ?)");
        _addCredential = Prepare(connection, "INSERT OR REPLACE INTO credential VALUES (?, ?, ?)");
        _deleteCredentials = Prepare(connection, "DELETE FROM credential WHERE account = ?");
    }

    public SqliteStatement Begin { get; }

    public SqliteStatement Commit { get; }

    public SqliteStatement Rollback { get; }

    /// <summary>The owner epoch as the transaction sees it; 0, under which nobody writes, when the row is gone.</summary>
    public long ReadEpoch() => _readEpoch.First(row => row.Number(0));

    /// <summary>Carries out one append inside the open transaction.</summary>
    public AppendOutcome Append(AppendRequest request, long currentEpoch)
    {
        if (request.Epoch != currentEpoch)
        {
            return new AppendOutcome.Fenced(currentEpoch);
        }

        var head = ReadHead(request.PersistenceId);
        if (head.LastSequenceNr != request.ExpectedSequenceNr)
        {
            var stored = SqliteReader.ReadRows(
                _readRows.Bind(request.PersistenceId, request.ExpectedSequenceNr + 1, request.Events.Count), request.PersistenceId);
            return AppendRules.JudgeRepeated(request, head, stored);
        }

        if (request.Receipt is { } receipt
            && SqliteReader.IsReceived(_isReceived, request.PersistenceId, receipt.Sender, receipt.Sequence))
        {
            return new AppendOutcome.AlreadyReceived();
        }

        if (request.HaltScopes.FirstOrDefault(IsHalted) is { } halted)
        {
            return new AppendOutcome.Halted(halted);
        }

        return new AppendOutcome.Accepted(Write(request, head));
    }

    /// <summary>Forgets a delivered message, and its receipt with it.</summary>
    public void Confirm(string sender, long sequence)
    {
        _deleteMessage.Run(sender, sequence);
        _deleteReceipts.Run(sender, sequence);
    }

    public void SaveSnapshot(SnapshotRow snapshot) => _writeSnapshot.Run(
        snapshot.PersistenceId, snapshot.SequenceNr, snapshot.Name, snapshot.Version, snapshot.Payload,
        JournalHash.ToMicroseconds(snapshot.Timestamp), snapshot.StreamHash, snapshot.Hash);

    public void WriteCache(string name, CachedText text) => _writeCache.Run(name, text.Text, JournalHash.ToMicroseconds(text.WrittenAt));

    public void AddKey(string name, string element) => _addKey.Run(name, element);

    public void AddCredential(string account, StoredCredential credential) => _addCredential.Run(account, credential.Name, credential.Protected);

    public void DeleteCredentials(string account) => _deleteCredentials.Run(account);

    /// <summary>What is kept in memory may be ahead of the file: a transaction was rolled back.</summary>
    public void Forget()
    {
        _heads.Clear();
        _halted.Clear();
        _haltsKnown = false;
    }

    public void Dispose() => _statements.ForEach(statement => statement.Dispose());

    private long Write(AppendRequest request, StreamHead head)
    {
        var timestamp = JournalHash.ToMicroseconds(request.Timestamp);
        foreach (var row in AppendRules.BuildRows(request, head.LastHash))
        {
            _insertRow.Run(
                row.PersistenceId, row.SequenceNr, row.EventName, row.EventVersion, row.Payload, timestamp, row.Epoch, row.WriterId,
                row.CorrelationId, row.CausationId, Convert.FromHexString(row.PreviousHash), Convert.FromHexString(row.Hash));
            head = head with { LastSequenceNr = row.SequenceNr, LastHash = row.Hash };
        }

        foreach (var message in request.Messages)
        {
            head = head with { LastMessageSequence = head.LastMessageSequence + 1 };
            _insertMessage.Run(
                request.PersistenceId, head.LastMessageSequence, message.Receiver, message.Name, message.Version, message.Payload,
                request.CorrelationId);
        }

        if (request.Receipt is { } receipt)
        {
            _insertReceipt.Run(request.PersistenceId, receipt.Sender, receipt.Sequence);
        }

        WriteHalts(request, timestamp);
        if (request.Events.Count > 0)
        {
            _writeHead.Run(request.PersistenceId, head.LastSequenceNr, Convert.FromHexString(head.LastHash), head.LastMessageSequence);
            _heads[request.PersistenceId] = head;
        }

        return head.LastSequenceNr;
    }

    private void WriteHalts(AppendRequest request, long timestamp)
    {
        foreach (var change in request.HaltChanges)
        {
            if (change.Halted)
            {
                _raiseHalt.Run(change.Scope, change.Who, change.Why, timestamp);
            }
            else
            {
                _liftHalt.Run(change.Scope);
            }

            _haltsKnown = false;
        }
    }

    private StreamHead ReadHead(string persistenceId)
    {
        if (!_heads.TryGetValue(persistenceId, out var head))
        {
            head = SqliteReader.ReadHead(_readHead, persistenceId) ?? StreamHead.Empty;
            if (_heads.Count >= MostHeadsKept)
            {
                _heads.Clear();
            }

            _heads.Add(persistenceId, head);
        }

        return head;
    }

    private bool IsHalted(string scope)
    {
        if (!_haltsKnown)
        {
            _halted.Clear();
            _readHalts.Bind();
            while (_readHalts.Read())
            {
                _halted.Add(_readHalts.Text(0));
            }

            _haltsKnown = true;
        }

        return _halted.Contains(scope);
    }

    private SqliteStatement Prepare(SqliteConnection connection, string sql)
    {
        var statement = new SqliteStatement(connection, sql);
        _statements.Add(statement);
        return statement;
    }
}
