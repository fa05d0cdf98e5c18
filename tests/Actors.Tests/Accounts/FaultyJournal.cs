using Rebalancer.Runtime.Journals;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>A journal that kills its caller at one append: the outcome is told as unknown, before or after the rows are written.</summary>
internal sealed class FaultyJournal(IJournal inner) : IJournal
{
    /// <summary>The journal itself, which may be put back to an older one.</summary>
    public IJournal Inner { get; set; } = inner;

    /// <summary>Number of the append to fail, from 1; 0 fails none.</summary>
    public int FailAt { get; set; }

    /// <summary>Whether the failing append is written.</summary>
    public bool IsWritten { get; set; }

    /// <summary>The first append of which this holds is failed too; null: none.</summary>
    public Func<AppendRequest, bool>? FailOn { get; set; }

    /// <summary>Rows of the stream when the caller was killed; null while it was not.</summary>
    public long? FailedAfter { get; private set; }

    public int Appends { get; private set; }

    /// <summary>Whatever has failed before, the next append fails, unwritten.</summary>
    public void FailNext() => (FailedAfter, IsWritten, FailOn) = (null, false, _ => true);

    public async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        if (++Appends != FailAt && (FailedAfter is not null || FailOn?.Invoke(request) != true))
        {
            return await Inner.AppendAsync(request, cancellationToken);
        }

        FailedAfter = request.ExpectedSequenceNr + (IsWritten ? request.Events.Count : 0);
        if (IsWritten)
        {
            await Inner.AppendAsync(request, cancellationToken);
        }

        return new AppendOutcome.Unknown("the process died");
    }

    public IAsyncEnumerable<JournalRow> ReadAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Inner.ReadAsync(persistenceId, fromSequenceNr, cancellationToken);

    public IAsyncEnumerable<JournalRow> ReadAllAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        Inner.ReadAllAsync(afterOffset, limit, cancellationToken);

    public Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken) =>
        Inner.ListPersistenceIdsAsync(prefix, cancellationToken);

    public Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken) => Inner.SaveSnapshotAsync(snapshot, cancellationToken);

    public Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken) =>
        Inner.LoadSnapshotAsync(persistenceId, cancellationToken);

    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        Inner.ReadOutboxAsync(afterOffset, limit, cancellationToken);

    public Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken) =>
        Inner.ConfirmAsync(sender, sequence, cancellationToken);

    public Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken) =>
        Inner.IsReceivedAsync(receiver, sender, sequence, cancellationToken);

    public Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken) =>
        Inner.ReadHeadAsync(persistenceId, cancellationToken);

    public Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken) => Inner.ReadHaltsAsync(cancellationToken);

    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}
