using System.Runtime.CompilerServices;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.Processes;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Ports;

/// <summary>One process's connection to the shared journal. A failed call is one of whose effect the process knows nothing.</summary>
internal sealed class JournalPort(ClusterWorld world, SimulatedProcess process, Func<string, bool> owns) : IJournal
{
    private readonly FaultInjector _faults = world.Faults;

    public async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var site = request.PersistenceId;
        await world.PointAsync(process, FaultKind.KillBeforePersist, FaultKind.PauseBeforePersist, site);
        await ReachAsync();
        if (world.IsDiskFull || _faults.Strikes(FaultKind.AppendFailed, site))
            return new AppendOutcome.Unknown("the write failed: no space left on the device");
        if (_faults.Strikes(FaultKind.AppendSlow, site))
            await Task.Delay(_faults.Seconds(FaultKind.AppendSlow, site, 0.2, 15), world.Clock, CancellationToken.None);
        var outcome = await world.AppendAsync(process, request);
        await world.PointAsync(process, FaultKind.KillAfterPersist, FaultKind.PauseAfterPersist, site);
        return _faults.Strikes(FaultKind.AppendReportedFailed, site) ? new AppendOutcome.Unknown("the connection dropped before the answer") : outcome;
    }

    public async IAsyncEnumerable<JournalRow> ReadAsync(
        string persistenceId, long fromSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ReachAsync();
        world.ObserveRecovery(process, persistenceId);
        await foreach (var row in world.Journal.ReadAsync(persistenceId, fromSequenceNr, cancellationToken))
        {
            if (_faults.Strikes(FaultKind.ReadCorrupt, persistenceId))
                throw new InvalidDataException($"{persistenceId} event {row.SequenceNr}: its page has a wrong checksum");
            yield return row;
        }
    }

    public IAsyncEnumerable<JournalRow> ReadAllAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        world.Journal.ReadAllAsync(afterOffset, limit, cancellationToken);

    public async Task<IReadOnlyList<string>> ListPersistenceIdsAsync(string prefix, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Journal.ListPersistenceIdsAsync(prefix, cancellationToken);
    }

    public async Task<StreamHead?> ReadHeadAsync(string persistenceId, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Journal.ReadHeadAsync(persistenceId, cancellationToken);
    }

    public async Task SaveSnapshotAsync(SnapshotRow snapshot, CancellationToken cancellationToken)
    {
        await ReachAsync();
        await world.Journal.SaveSnapshotAsync(snapshot, cancellationToken);
        world.ObserveSnapshot(snapshot);
    }

    public async Task<SnapshotRow?> LoadSnapshotAsync(string persistenceId, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Journal.LoadSnapshotAsync(persistenceId, cancellationToken);
    }

    /// <summary>As a database answers it, joined with the leases: only what is for entities this process owns.</summary>
    public async Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(long afterOffset, int limit, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return [.. (await world.Journal.ReadOutboxAsync(afterOffset, limit, cancellationToken)).Where(row => owns(row.Receiver))];
    }

    public async Task ConfirmAsync(string sender, long sequence, CancellationToken cancellationToken)
    {
        await ReachAsync();
        await world.Journal.ConfirmAsync(sender, sequence, cancellationToken);
    }

    public async Task<bool> IsReceivedAsync(string receiver, string sender, long sequence, CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Journal.IsReceivedAsync(receiver, sender, sequence, cancellationToken);
    }

    public async Task<IReadOnlyList<HaltRow>> ReadHaltsAsync(CancellationToken cancellationToken)
    {
        await ReachAsync();
        return await world.Journal.ReadHaltsAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task ReachAsync() => world.ReachDatabaseAsync(process);
}
