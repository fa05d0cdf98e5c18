using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Tests.Persistence;

internal enum JournalFaultPoint
{
    None,

    /// <summary>Nothing is written; the outcome is unknown.</summary>
    FailBefore,

    /// <summary>Everything is written; the outcome is reported as unknown.</summary>
    FailAfter,

    /// <summary>The process dies before the write: the call never returns, nor does any later one.</summary>
    CrashBefore,

    /// <summary>The process dies right after the write.</summary>
    CrashAfter,
}

/// <summary>A journal whose n-th write (append or confirmation, counted from 1) meets a fault.</summary>
internal sealed class FaultyJournal(IJournal inner, int faultAt = 0, JournalFaultPoint point = JournalFaultPoint.None) : DelegatingJournal(inner)
{
    public int Writes { get; private set; }

    public bool Crashed { get; private set; }

    public List<AppendRequest> Appends { get; } = [];

    /// <summary>How many streams are being read at this moment, and the most there ever were.</summary>
    public int MostConcurrentReads { get; private set; }

    private int _reads;

    /// <summary>Makes reads take virtual time, when set.</summary>
    public Func<Task>? ReadDelay { get; init; }

    public override Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        Appends.Add(request);
        return WriteAsync(() => Inner.AppendAsync(request, cancellationToken), new AppendOutcome.Unknown("the disk said so"));
    }

    public override Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken) => WriteAsync<object>(
        async () =>
        {
            await Inner.ConfirmAsync(sender, sequence, cancellationToken);
            return true;
        },
        unknown: null);

    public override IAsyncEnumerable<JournalRow> ReadAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        CountAsync(Inner.ReadAsync(persistenceId, fromSequenceNr, cancellationToken));

    public override IAsyncEnumerable<RecoveredEvent> RecoverAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        CountAsync(Inner.RecoverAsync(persistenceId, fromSequenceNr, cancellationToken));

    private async IAsyncEnumerable<T> CountAsync<T>(IAsyncEnumerable<T> rows)
    {
        MostConcurrentReads = Math.Max(MostConcurrentReads, ++_reads);
        try
        {
            await (ReadDelay?.Invoke() ?? Task.CompletedTask);
            await foreach (var row in rows)
            {
                yield return row;
            }
        }
        finally
        {
            _reads--;
        }
    }

    private async Task<T> WriteAsync<T>(Func<Task<T>> write, T? unknown)
        where T : class
    {
        var hit = ++Writes == faultAt ? point : JournalFaultPoint.None;
        if (hit == JournalFaultPoint.CrashBefore || Crashed)
        {
            return await DieAsync<T>();
        }

        if (hit == JournalFaultPoint.FailBefore)
        {
            return unknown ?? throw new IOException("the disk said so");
        }

        var answer = await write();
        return hit switch
        {
            JournalFaultPoint.CrashAfter => await DieAsync<T>(),
            JournalFaultPoint.FailAfter => unknown ?? throw new IOException("the disk said so"),
            _ => answer,
        };
    }

    private Task<T> DieAsync<T>()
    {
        Crashed = true;
        return new TaskCompletionSource<T>().Task;
    }
}
