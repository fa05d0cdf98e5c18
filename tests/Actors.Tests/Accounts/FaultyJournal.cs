using Rebalancer.Runtime.Journals;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>A journal that kills its caller at one append: the outcome is told as unknown, before or after the rows are written.</summary>
internal sealed class FaultyJournal(IJournal inner) : DelegatingJournal(inner)
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

    /// <summary>Whatever has failed before, the next append fails, unwritten.</summary>
    public void FailNext() => (FailedAfter, IsWritten, FailOn) = (null, false, _ => true);

    /// <summary>From now on the journal is another, as after a restore from a backup.</summary>
    public void PutBackTo(IJournal older) => Inner = older;

    public override async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
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
}
