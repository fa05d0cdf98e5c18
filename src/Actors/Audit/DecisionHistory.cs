using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Audit;

/// <summary>
/// Decisions as the journal tells them. Only reads, so it works beside a running service as well as on the journal of a stopped one.
/// </summary>
public sealed class DecisionHistory(IJournal journal, EventCatalog catalog)
{
    private const string PortfolioPrefix = "portfolio/";

    /// <summary>Every decision of every portfolio, oldest first.</summary>
    public async Task<IReadOnlyList<DecisionRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var records = new List<DecisionRecord>();
        foreach (var persistenceId in await journal.ListPersistenceIdsAsync(PortfolioPrefix, cancellationToken))
        {
            records.AddRange(await ReadAsync(persistenceId, _ => true, cancellationToken));
        }

        return [.. records.OrderBy(record => record.Decided.At).ThenBy(record => record.Decided.DecisionId, StringComparer.Ordinal)];
    }

    /// <summary>One decision; null when no portfolio has made it.</summary>
    public async Task<DecisionRecord?> FindAsync(string decisionId, CancellationToken cancellationToken)
    {
        foreach (var persistenceId in await journal.ListPersistenceIdsAsync(PortfolioPrefix, cancellationToken))
        {
            var found = await ReadAsync(persistenceId, id => id == decisionId, cancellationToken);
            if (found.Count > 0)
            {
                return found[0];
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<DecisionRecord>> ReadAsync(
        string persistenceId, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var records = new SortedDictionary<string, DecisionRecord>(StringComparer.Ordinal);
        TargetsComputed? computation = null;
        await foreach (var row in journal.ReadAsync(persistenceId, 1, cancellationToken))
        {
            var @event = catalog.Deserialize(row.EventName, row.EventVersion, row.Payload);
            if (@event is TargetsComputed computed)
            {
                computation = computed;
                continue;
            }

            if (DecisionRecord.IdOf(@event) is not { } id || !wanted(id))
            {
                continue;
            }

            if (@event is RebalanceDecided decided)
            {
                // The event that closes an approved decision is appended before the one that takes its place; both are there by now.
                records[id] = DecisionRecord.Start(decided, computation);
            }
            else if (records.TryGetValue(id, out var record))
            {
                records[id] = record.Evolve(@event);
            }
        }

        return [.. records.Values];
    }
}
