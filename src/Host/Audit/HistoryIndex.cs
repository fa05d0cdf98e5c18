using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Audit;

/// <summary>
/// Knows of every decision where it stands in the journal, and what the portfolios were worth: small enough to keep, so that no page reads the
/// journal from its beginning. Reads on from where it stopped each time it is asked.
/// </summary>
internal sealed class HistoryIndex(IJournal journal, EventCatalog catalog) : IDisposable
{
    private const string PortfolioPrefix = "portfolio/";
    private const int BatchSize = 2000;

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly SortedDictionary<string, DecisionEntry> _decisions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<ValuePoint>> _values = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _computations = new(StringComparer.Ordinal);
    private long _offset;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<DecisionEntry>> DecisionsAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<DecisionEntry>>(
        () => [.. _decisions.Values.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id, StringComparer.Ordinal)], cancellationToken);

    public Task<DecisionEntry?> FindAsync(string decision, CancellationToken cancellationToken) =>
        ReadAsync(() => _decisions.GetValueOrDefault(decision), cancellationToken);

    /// <summary>Oldest first.</summary>
    public Task<IReadOnlyList<ValuePoint>> ValuesAsync(string portfolio, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<ValuePoint>>(() => [.. _values.GetValueOrDefault(portfolio) ?? []], cancellationToken);

    /// <summary>Of every portfolio, oldest first.</summary>
    public Task<IReadOnlyList<EquityEntry>> EquityAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<EquityEntry>>(
        () =>
        [
            .. _values.SelectMany(portfolio => portfolio.Value, (portfolio, point) => new EquityEntry(point.At, portfolio.Key, point.Value, point.Drift, point.Decision ?? ""))
                .OrderBy(entry => entry.At),
        ],
        cancellationToken);

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<T> ReadAsync<T>(Func<T> answer, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
            return answer();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        int read;
        do
        {
            read = 0;
            await foreach (var row in journal.ReadAllAsync(_offset, BatchSize, cancellationToken))
            {
                Take(row);
                _offset = row.GlobalOffset;
                read++;
            }
        }
        while (read == BatchSize);
    }

    private void Take(JournalRow row)
    {
        // Most events are of orders and balances: only those that matter here are worth parsing.
        if (row.PersistenceId.StartsWith(PortfolioPrefix, StringComparison.Ordinal))
        {
            TakePortfolio(row, catalog.Deserialize(row.EventName, row.EventVersion, row.Payload));
        }
        else if (row.EventName is "execution-accepted" or "execution-finished")
        {
            TakeExecution(row, catalog.Deserialize(row.EventName, row.EventVersion, row.Payload));
        }
    }

    private void TakePortfolio(JournalRow row, object @event)
    {
        switch (@event)
        {
            case TargetsComputed computed:
                _computations[computed.ComputationId] = row.SequenceNr;
                return;
            case PortfolioValued valued:
                Value(row.PersistenceId[PortfolioPrefix.Length..], new ValuePoint(valued.At, valued.TotalValue, null, null));
                return;
            case RebalanceDecided decided:
                _decisions[decided.DecisionId] = EntryOf(row, decided);
                Value(decided.Settings.Id, new ValuePoint(decided.At, decided.TotalValue, decided.DriftBefore, decided.DriftBefore > 0 ? decided.DecisionId : null));
                return;
        }

        if (DecisionRecord.IdOf(@event) is not { } id || !_decisions.TryGetValue(id, out var entry))
        {
            return;
        }

        entry = entry with { Rows = entry.Rows with { To = row.SequenceNr } };
        _decisions[id] = @event switch
        {
            DecisionDispatched => entry with { Status = "executing" },
            RebalanceCompleted completed => entry with { Status = "completed", DriftAfter = completed.DriftAfter, Fees = completed.Fees },
            _ => DecisionRecord.ClosedBy(@event) is { } closed ? entry with { Status = closed } : entry,
        };
        if (@event is RebalanceCompleted end)
        {
            Value(entry.Portfolio, new ValuePoint(end.At, end.TotalValue, end.DriftAfter, null));
        }
    }

    private void TakeExecution(JournalRow row, object @event)
    {
        var decision = @event switch
        {
            ExecutionAccepted accepted => accepted.Plan.DecisionId,
            ExecutionFinished finished => finished.DecisionId,
            _ => "",
        };
        if (!_decisions.TryGetValue(decision, out var entry))
        {
            return;
        }

        _decisions[decision] = entry with
        {
            Executions = @event is ExecutionAccepted
                ? [.. entry.Executions, new StreamRange(row.PersistenceId, row.SequenceNr, null)]
                : [.. entry.Executions.Select(range => range.PersistenceId == row.PersistenceId ? range with { To = row.SequenceNr } : range)],
        };
    }

    private DecisionEntry EntryOf(JournalRow row, RebalanceDecided decided) => new(
        decided.DecisionId, decided.Settings.Id, decided.At,
        decided.Trigger.Detail.Length == 0 ? decided.Trigger.Kind.ToString() : $"{decided.Trigger.Kind}: {decided.Trigger.Detail}",
        DecisionRecord.Start(decided).Status, decided.TotalValue, decided.DriftBefore, decided.DriftPlanned, null, decided.Plan.Trades.Count,
        decided.Plan.Trades.Sum(trade => trade.Notional * (trade.Quote == decided.Settings.BaseCurrency ? 1 : decided.Problem.Prices[trade.Quote])), null, decided.Plan.GapBasisPoints)
    {
        Rows = new StreamRange(row.PersistenceId, row.SequenceNr, row.SequenceNr),
        Computation = decided.TargetsFrom is { } computation && _computations.TryGetValue(computation, out var at) ? at : null,
    };

    private void Value(string portfolio, ValuePoint point)
    {
        if (!_values.TryGetValue(portfolio, out var points))
        {
            _values[portfolio] = points = [];
        }

        points.Add(point);
    }
}
