namespace Rebalancer.Runtime.Journals;

/// <summary>
/// A journal in memory for tests and simulation. Every call completes before it returns, so that under the simulated scheduler the
/// order of things is the scheduler's alone. It outlives the actor systems that use it: a simulated process that takes over raises
/// <see cref="Epoch"/>, which fences its predecessor.
/// </summary>
/// <param name="epochOf">Epoch under which an entity's appends are accepted, when leases decide it; null: <see cref="Epoch"/> for all.</param>
public sealed class InMemoryJournal(Func<string, long>? epochOf = null) : IJournal, ICacheStore
{
    private readonly Lock _lock = new();
    private readonly List<JournalRow> _rows = [];
    private readonly SortedDictionary<string, MemoryStream> _streams = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, OutboxRow> _outbox = [];
    private readonly SortedDictionary<(string Sender, long Sequence), long> _outboxOffsets = [];
    private readonly SortedSet<(string Receiver, string Sender, long Sequence)> _receipts = [];
    private readonly SortedDictionary<string, HaltRow> _halts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SnapshotRow> _snapshots = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, CachedText> _cache = new(StringComparer.Ordinal);
    private long _lastOutboxOffset;

    /// <summary>The epoch under which appends are accepted.</summary>
    public long Epoch { get; private set; } = 1;

    /// <summary>Receipts kept at present: those of messages received and not yet confirmed.</summary>
    public int ReceiptCount => _receipts.Count;

    /// <summary>Takes the journal over: appends under an earlier epoch are fenced from now on.</summary>
    public long RaiseEpoch()
    {
        lock (_lock)
        {
            return ++Epoch;
        }
    }

    public Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        AppendRules.Validate(request);
        lock (_lock)
        {
            return Task.FromResult(Append(request));
        }
    }

    public IAsyncEnumerable<JournalRow> ReadAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var rows = _streams.TryGetValue(persistenceId, out var stream) ? stream.Rows : [];
            return Enumerate(rows[(int)Math.Min(rows.Count, Math.Max(0, fromSequenceNr - 1))..], cancellationToken);
        }
    }

    public IAsyncEnumerable<JournalRow> ReadAllAsync(long afterOffset, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Enumerate([.. _rows.Skip((int)afterOffset).Take(limit)], cancellationToken);
        }
    }

    public Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<string>>(() => [.. _streams.Keys.Where(id => id.StartsWith(prefix, StringComparison.Ordinal))]);

    public Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken) =>
        Answer(() => _streams.TryGetValue(persistenceId, out var stream) ? stream.Head : null);

    public Task<CachedText?> ReadCacheAsync(string name, CancellationToken cancellationToken) => Answer(() => _cache.GetValueOrDefault(name));

    public Task WriteCacheAsync(string name, CachedText text, CancellationToken cancellationToken) => Answer(() => _cache[name] = text);

    public Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _snapshots[snapshot.PersistenceId] = snapshot;
        }

        return Task.CompletedTask;
    }

    public Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken) =>
        Answer(() => _snapshots.GetValueOrDefault(persistenceId));

    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<OutboxRow>>(() => [.. _outbox.Values.SkipWhile(row => row.Offset <= afterOffset).Take(limit)]);

    public Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_outboxOffsets.Remove((sender, sequence), out var offset) && _outbox.Remove(offset, out var row))
            {
                _receipts.Remove((row.Receiver, sender, sequence));
            }
        }

        return Task.CompletedTask;
    }

    public Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken) =>
        Answer(() => IsReceived(receiver, new MessageReceipt(sender, sequence)));

    public Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<HaltRow>>(() => [.. _halts.Values]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private AppendOutcome Append(AppendRequest request)
    {
        var epoch = epochOf?.Invoke(request.PersistenceId) ?? Epoch;
        if (request.Epoch != epoch)
        {
            return new AppendOutcome.Fenced(epoch);
        }

        var stream = _streams.GetValueOrDefault(request.PersistenceId) ?? new MemoryStream();
        if (stream.Head.LastSequenceNr != request.ExpectedSequenceNr)
        {
            return AppendRules.JudgeRepeated(
                request, stream.Head, [.. stream.Rows.Skip((int)request.ExpectedSequenceNr).Take(request.Events.Count)]);
        }

        if (request.Receipt is not null && IsReceived(request.PersistenceId, request.Receipt))
        {
            return new AppendOutcome.AlreadyReceived();
        }

        var halted = request.HaltScopes.FirstOrDefault(_halts.ContainsKey);
        if (halted is not null)
        {
            return new AppendOutcome.Halted(halted);
        }

        Write(request, stream);
        return new AppendOutcome.Accepted(stream.Head.LastSequenceNr);
    }

    private void Write(AppendRequest request, MemoryStream stream)
    {
        foreach (var row in AppendRules.BuildRows(request, stream.Head.LastHash))
        {
            var placed = row with { GlobalOffset = _rows.Count + 1 };
            _rows.Add(placed);
            stream.Rows.Add(placed);
            stream.Head = stream.Head with { LastSequenceNr = row.SequenceNr, LastHash = row.Hash };
        }

        foreach (var message in request.Messages)
        {
            var sequence = stream.Head.LastMessageSequence + 1;
            _outbox.Add(++_lastOutboxOffset, new OutboxRow(
                _lastOutboxOffset, request.PersistenceId, sequence, message.Receiver, message.Name, message.Version, message.Payload,
                request.CorrelationId));
            _outboxOffsets.Add((request.PersistenceId, sequence), _lastOutboxOffset);
            stream.Head = stream.Head with { LastMessageSequence = sequence };
        }

        if (request.Receipt is { } receipt)
        {
            _receipts.Add((request.PersistenceId, receipt.Sender, receipt.Sequence));
        }

        foreach (var change in request.HaltChanges)
        {
            _halts.Remove(change.Scope);
            if (change.Halted)
            {
                _halts.Add(change.Scope, new HaltRow(change.Scope, change.Who, change.Why, request.Timestamp));
            }
        }

        if (request.Events.Count > 0)
        {
            _streams[request.PersistenceId] = stream;
        }
    }

    private bool IsReceived(string receiver, MessageReceipt receipt) =>
        _receipts.Contains((receiver, receipt.Sender, receipt.Sequence))
        || !_outboxOffsets.ContainsKey((receipt.Sender, receipt.Sequence));

    private Task<T> Answer<T>(Func<T> read)
    {
        lock (_lock)
        {
            return Task.FromResult(read());
        }
    }

    /// <summary>Hands out a copy taken under the lock, one row at a time, without ever leaving the caller's thread.</summary>
    private static async IAsyncEnumerable<JournalRow> Enumerate(
        List<JournalRow> rows, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }

        await Task.CompletedTask;
    }

    private sealed class MemoryStream
    {
        public List<JournalRow> Rows { get; } = [];

        public StreamHead Head { get; set; } = StreamHead.Empty;
    }
}
