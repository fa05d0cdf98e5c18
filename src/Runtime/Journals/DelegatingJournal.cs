namespace Rebalancer.Runtime.Journals;

/// <summary>
/// A journal that hands every call on to another, for a wrapper to change the calls it is about. It forwards <see cref="RecoverAsync"/> too,
/// whose default would read through <see cref="ReadAsync"/> and lose the faster recovery of the journal within.
/// </summary>
/// <param name="leaveOpen">Whether the journal within belongs to another, who disposes it.</param>
public abstract class DelegatingJournal(IJournal inner, bool leaveOpen = false) : IJournal
{
    /// <summary>The journal that answers.</summary>
    protected IJournal Inner { get; set; } = inner;

    public virtual Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken) => Inner.AppendAsync(request, cancellationToken);

    public virtual IAsyncEnumerable<JournalRow> ReadAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Inner.ReadAsync(persistenceId, fromSequenceNr, cancellationToken);

    public virtual IAsyncEnumerable<RecoveredEvent> RecoverAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Inner.RecoverAsync(persistenceId, fromSequenceNr, cancellationToken);

    public virtual IAsyncEnumerable<JournalRow> ReadAllAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        Inner.ReadAllAsync(afterOffset, limit, cancellationToken);

    public virtual Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken) =>
        Inner.ListPersistenceIdsAsync(prefix, cancellationToken);

    public virtual Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken) =>
        Inner.ReadHeadAsync(persistenceId, cancellationToken);

    public virtual Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken) => Inner.SaveSnapshotAsync(snapshot, cancellationToken);

    public virtual Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken) =>
        Inner.LoadSnapshotAsync(persistenceId, cancellationToken);

    public virtual Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        Inner.ReadOutboxAsync(afterOffset, limit, cancellationToken);

    public virtual Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken) =>
        Inner.ConfirmAsync(sender, sequence, cancellationToken);

    public virtual Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken) =>
        Inner.IsReceivedAsync(receiver, sender, sequence, cancellationToken);

    public virtual Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken) => Inner.ReadHaltsAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return leaveOpen ? ValueTask.CompletedTask : Inner.DisposeAsync();
    }
}
