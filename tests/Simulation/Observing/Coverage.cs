using Rebalancer.Simulation.Faults;

namespace Rebalancer.Simulation.Observing;

/// <summary>Which faults have struck while orders were in which states: what the seeds have and have not tried.</summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<(FaultKind Fault, string State), long> _counts = [];

    public IReadOnlyDictionary<(FaultKind Fault, string State), long> Counts => _counts;

    public void On(Observation observation, Folds folds)
    {
        if (observation is not Observation.FaultStruck struck)
            return;
        var states = folds.Accounts
            .Where(account => !struck.Fault.Site.Contains('-', StringComparison.Ordinal) || struck.Fault.Site.Contains(account.Key, StringComparison.Ordinal)
                || !folds.Accounts.Keys.Any(other => struck.Fault.Site.Contains(other, StringComparison.Ordinal)))
            .SelectMany(account => account.Value.Orders.Values.Where(order => !order.IsTerminal || order.Reservation is not null))
            .Select(order => order.IsTerminal ? "Ended" : order.State.ToString())
            .Distinct().DefaultIfEmpty("none");
        foreach (var state in states)
            Add(struck.Fault.Kind, state, 1);
    }

    public void Add(Coverage other)
    {
        foreach (var ((fault, state), count) in other._counts)
            Add(fault, state, count);
    }

    private void Add(FaultKind fault, string state, long count) =>
        _counts[(fault, state)] = _counts.GetValueOrDefault((fault, state)) + count;
}
