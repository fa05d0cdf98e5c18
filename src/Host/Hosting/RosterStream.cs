using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Hosting;

/// <summary>Reads the roster from its stream: at the start, before any node owns its entity, and to see what other nodes' operators changed.</summary>
internal sealed class RosterStream(IJournal journal, EventCatalog catalog)
{
    private Roster _roster = Roster.Empty;
    private long _readTo;

    /// <summary>The roster as it stands, and whether that is news since the last call.</summary>
    public async Task<(Roster Roster, bool Changed)> ReadAsync(CancellationToken cancellationToken)
    {
        var before = _readTo;
        await foreach (var row in journal.RecoverAsync(RosterActor.Entity, _readTo + 1, cancellationToken))
        {
            _roster = _roster.Evolve((RosterEvent)catalog.Deserialize(row.Name, row.Version, row.Payload));
            _readTo = row.SequenceNr;
        }

        return (_roster, _readTo > before);
    }
}
