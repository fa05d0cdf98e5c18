using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Backtest;

/// <summary>A journal in memory that notices what its portfolios decide, and how each decision ends.</summary>
internal sealed class BacktestJournal(EventCatalog catalog) : DelegatingJournal(new InMemoryJournal())
{
    private readonly SortedDictionary<string, BacktestDecision> _executing = new(StringComparer.Ordinal);
    private readonly List<BacktestDecision> _decisions = [];

    /// <summary>Decisions of all portfolios, oldest first; those that are over with their end.</summary>
    public IReadOnlyList<BacktestDecision> Decisions => _decisions;

    public bool IsExecuting => _executing.Count > 0;

    /// <summary>Halts by a risk gate, a sentence each.</summary>
    public List<string> Halts { get; } = [];

    public override async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var outcome = await Inner.AppendAsync(request, cancellationToken);
        if (outcome is AppendOutcome.Accepted)
        {
            foreach (var @event in request.Events)
            {
                Notice(@event);
            }
        }

        return outcome;
    }

    private void Notice(EventToAppend stored)
    {
        if (stored.Name is not ("rebalance-decided" or "rebalance-completed" or "portfolio-halted"))
        {
            return;
        }

        switch (catalog.Deserialize(stored.Name, stored.Version, stored.Payload))
        {
            case RebalanceDecided decided:
                Begin(decided);
                break;
            case RebalanceCompleted completed when _executing.Remove(completed.DecisionId, out var decision):
                _decisions[_decisions.IndexOf(decision)] = decision with { DriftAfter = completed.DriftAfter, Fees = completed.Fees };
                break;
            case TradingHalted halted:
                Halts.Add($"{halted.At:yyyy-MM-dd}: {halted.Scope} halted itself: {halted.Why}");
                break;
        }
    }

    private void Begin(RebalanceDecided decided)
    {
        var decision = new BacktestDecision(
            decided.DecisionId, decided.At, decided.Settings.Id, decided.Trigger.Detail, decided.Disposition, decided.RefusedBecause, decided.Plan.Trades.Count,
            decided.DriftBefore, decided.DriftPlanned, decided.Plan.GapBasisPoints, decided.Targets);
        _decisions.Add(decision);
        if (decided.Disposition == Disposition.Dispatched)
        {
            _executing.Add(decision.Id, decision);
        }
    }
}

/// <param name="DriftAfter">Null when nothing was sent, or its end did not come.</param>
/// <param name="Fees">In base currency, without the spread.</param>
internal sealed record BacktestDecision(
    string Id, DateTimeOffset At, string Portfolio, string Trigger, Disposition Disposition, string? RefusedBecause, int Orders, double DriftBefore,
    double DriftPlanned, double GapBasisPoints, SortedDictionary<string, decimal> Targets, double? DriftAfter = null, decimal Fees = 0);
