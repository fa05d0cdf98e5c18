using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Canaries;

/// <summary>Bugs in how the service's state is made durable.</summary>
internal sealed class JournalBug(IJournal inner, Func<AppendRequest, AppendRequest> change, Func<AppendRequest, AppendOutcome, AppendOutcome> answer)
    : DelegatingJournal(inner)
{
    public bool ForgetsSnapshotTail { get; init; }

    public override async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        answer(request, await Inner.AppendAsync(change(request), cancellationToken));

    /// <summary>With the bug, a snapshot says that it holds one event fewer than it does.</summary>
    public override Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken) =>
        Inner.SaveSnapshotAsync(ForgetsSnapshotTail ? snapshot with { SequenceNr = snapshot.SequenceNr - 1 } : snapshot, cancellationToken);
}

/// <summary>Changes to appends, by bug.</summary>
internal static class JournalBugs
{
    public static IJournal Changing(IJournal inner, Func<AppendRequest, AppendRequest> change) => new JournalBug(inner, change, (_, outcome) => outcome);

    public static IJournal Answering(IJournal inner, Func<AppendRequest, AppendOutcome, AppendOutcome> answer) =>
        new JournalBug(inner, request => request, answer);

    public static IJournal WithWrongSnapshots(IJournal inner) =>
        new JournalBug(inner, request => request, (_, outcome) => outcome) { ForgetsSnapshotTail = true };

    /// <summary>A write whose outcome is not known is taken for done.</summary>
    public static AppendOutcome UnknownIsDone(AppendRequest request, AppendOutcome outcome) =>
        outcome is AppendOutcome.Unknown ? new AppendOutcome.Accepted(request.ExpectedSequenceNr + request.Events.Count) : outcome;

    /// <summary>Whatever a reading says or leaves out is taken to agree with the books.</summary>
    public static IJournal BelievingWhatIsMissing(IJournal inner)
    {
        var known = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        return Changing(inner, request => request with
        {
            Events = [.. request.Events.Select(stored => stored.Name == "balances-reported" ? Believed(stored, request.PersistenceId) : stored)],
        });

        EventToAppend Believed(EventToAppend stored, string stream)
        {
            var reported = (BalancesReported)ClusterWorld.Catalog.Deserialize(stored.Name, stored.Version, stored.Payload);
            if (!known.TryGetValue(stream, out var assets))
                known.Add(stream, assets = new SortedSet<string>(StringComparer.Ordinal));
            assets.UnionWith(reported.Balances.Select(balance => balance.Asset));
            return stored with { Payload = ClusterWorld.Catalog.Serialize(reported with { Matched = [.. assets] }).Payload };
        }
    }

    /// <summary>The lease's epoch is read anew at each write instead of kept from when the state was.</summary>
    public static AppendRequest AlwaysCurrent(AppendRequest request, ClusterWorld world) => request with { Epoch = world.EpochOf(request.PersistenceId) };
}
