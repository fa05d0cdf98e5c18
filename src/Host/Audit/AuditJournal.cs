using System.CommandLine;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Audit;

/// <summary>The journal opened to be read: beside a running service or without one.</summary>
public sealed class AuditJournal : IAsyncDisposable
{
    private const string PortfolioPrefix = "portfolio/";

    private readonly EventCatalog _catalog = StoredEvents.Create();

    private AuditJournal(SqliteJournal journal) => Journal = journal;

    public IJournal Journal { get; }

    /// <summary>The journal of the service that --data or --config names.</summary>
    /// <exception cref="JournalException">Missing, foreign or damaged.</exception>
    public static AuditJournal Open(CliContext context, ParseResult parse) =>
        new(SqliteJournal.OpenReadOnly(ServiceAddress.FindData(context, parse).Data.Journal));

    /// <summary>Every decision of every portfolio, oldest first.</summary>
    public async Task<IReadOnlyList<DecisionRecord>> ReadDecisionsAsync(CancellationToken cancellationToken)
    {
        var records = new List<DecisionRecord>();
        foreach (var stream in await Journal.ListPersistenceIdsAsync(PortfolioPrefix, cancellationToken))
        {
            records.AddRange(await ReadStreamAsync(stream, cancellationToken));
        }

        return [.. records.OrderBy(record => record.Decided.At)];
    }

    /// <exception cref="CommandException">There is no such decision; the nearest id is named.</exception>
    public async Task<DecisionRecord> FindAsync(string decision, CancellationToken cancellationToken)
    {
        var records = await ReadDecisionsAsync(cancellationToken);
        if (records.FirstOrDefault(record => record.Decided.DecisionId == decision) is { } found)
        {
            return found;
        }

        var nearest = NearestName.Of(decision, records.Select(record => record.Decided.DecisionId));
        throw CommandException.BadInput(
            $"decision: there is no decision '{decision}' in the journal; {(nearest is null ? "it holds none yet" : $"did you mean '{nearest}'? 'audit list' shows all")}");
    }

    public ValueTask DisposeAsync() => Journal.DisposeAsync();

    private async Task<IEnumerable<DecisionRecord>> ReadStreamAsync(string stream, CancellationToken cancellationToken)
    {
        var order = new List<string>();
        var records = new SortedDictionary<string, DecisionRecord>(StringComparer.Ordinal);
        TargetsComputed? computation = null;
        await foreach (var row in Journal.ReadAsync(stream, 1, cancellationToken))
        {
            var @event = _catalog.Deserialize(row.EventName, row.EventVersion, row.Payload);
            if (@event is RebalanceDecided decided)
            {
                order.Add(decided.DecisionId);
                records[decided.DecisionId] = DecisionRecord.Start(decided, computation);
            }
            else if (@event is TargetsComputed computed)
            {
                computation = computed;
            }
            else if (DecisionRecord.IdOf(@event) is { } id && records.TryGetValue(id, out var record))
            {
                records[id] = record.Evolve(@event);
            }
        }

        return order.Select(id => records[id]);
    }
}
