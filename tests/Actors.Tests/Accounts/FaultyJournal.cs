using Rebalancer.Runtime.Journals;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>A journal that kills its caller at one append: the outcome is told as unknown, before or after the rows are written.</summary>
internal sealed class FaultyJournal(IJournal inner) : IJournal
{
    /// <summary>Number of the append to fail, from 1; 0 fails none.</summary>
    public int FailAt { get; set; }

    /// <summary>Whether the failing append is written.</summary>
    public bool IsWritten { get; set; }

    /// <summary>The first append of which this holds is failed too; null: none.</summary>
    public Func<AppendRequest, bool>? FailOn { get; set; }

    /// <summary>Rows of the stream when the caller was killed; null while it was not.</summary>
    public long? FailedAfter { get; private set; }

    public int Appends { get; private set; }

    public async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        if (++Appends != FailAt && (FailedAfter is not null || FailOn?.Invoke(request) != true))
        {
            return await inner.AppendAsync(request, cancellationToken);
        }

        FailedAfter = request.ExpectedSequenceNr + (IsWritten ? request.Events.Count : 0);
        if (IsWritten)
        {
            await inner.AppendAsync(request, cancellationToken);
        }

        return new AppendOutcome.Unknown("the process died");
    }

    public IAsyncEnumerable<JournalRow> ReadAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        inner.ReadAsync(persistenceId, fromSequenceNr, cancellationToken);

    public IAsyncEnumerable<JournalRow> ReadAllAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        inner.ReadAllAsync(afterOffset, limit, cancellationToken);

    public Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListPersistenceIdsAsync(prefix, cancellationToken);

    public Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken) => inner.SaveSnapshotAsync(snapshot, cancellationToken);

    public Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken) =>
        inner.LoadSnapshotAsync(persistenceId, cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        inner.ReadOutboxAsync(afterOffset, limit, cancellationToken);

    public Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken) =>
        inner.ConfirmAsync(sender, sequence, cancellationToken);

    public Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken) =>
        inner.IsReceivedAsync(receiver, sender, sequence, cancellationToken);

    public Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken) =>
        inner.ReadHeadAsync(persistenceId, cancellationToken);

    public Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken) => inner.ReadHaltsAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
