using System.CommandLine;
using Rebalancer.Actors.Audit;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Audit;

/// <summary>The journal opened to be read: beside a running service or without one.</summary>
public sealed class AuditJournal : IAsyncDisposable
{
    private readonly EventCatalog _catalog = StoredEvents.Create();

    private AuditJournal(IJournal journal) => Journal = journal;

    public IJournal Journal { get; }

    /// <summary>The journal of the service that --data or --config names.</summary>
    /// <exception cref="JournalException">Missing, foreign or damaged.</exception>
    public static async Task<AuditJournal> OpenAsync(CliContext context, ParseResult parse, CancellationToken cancellationToken) =>
        new(await ServiceStore.OpenReadOnlyAsync(ServiceAddress.FindData(context, parse).Data.Journal, context.Variables, cancellationToken));

    /// <summary>Every decision of every portfolio, oldest first.</summary>
    public Task<IReadOnlyList<DecisionRecord>> ReadDecisionsAsync(CancellationToken cancellationToken) =>
        new DecisionHistory(Journal, _catalog).ListAsync(cancellationToken);

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

    /// <summary>Every decision in short, oldest first.</summary>
    public async Task<IReadOnlyList<DecisionEntry>> ReadEntriesAsync(CancellationToken cancellationToken)
    {
        using var index = new HistoryIndex(Journal, _catalog);
        return [.. (await index.DecisionsAsync(cancellationToken)).Reverse()];
    }

    /// <summary>What every portfolio was worth whenever it was journaled, oldest first.</summary>
    public async Task<IReadOnlyList<EquityEntry>> ReadEquityAsync(CancellationToken cancellationToken)
    {
        using var index = new HistoryIndex(Journal, _catalog);
        return await index.EquityAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => Journal.DisposeAsync();
}
