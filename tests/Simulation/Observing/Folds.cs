using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Simulation.Observing;

/// <summary>The state that the journal alone says each entity has, folded as events become durable.</summary>
internal sealed class Folds
{
    public SortedDictionary<string, Account> Accounts { get; } = new(StringComparer.Ordinal);

    public PortfolioState Portfolio { get; private set; } = PortfolioState.Empty;

    public RebalanceDecided? LastDecision { get; private set; }

    /// <summary>Decisions dispatched since the faults ended.</summary>
    public int DispatchedInCalm { get; private set; }

    public int Dispatched { get; private set; }

    private bool IsCalm { get; set; }

    public void On(Observation observation)
    {
        if (observation is Observation.FaultsEnded)
            (IsCalm, LastDecision) = (true, null);
        if (observation is not Observation.Appended appended)
            return;
        foreach (var happening in appended.Events)
        {
            if (happening is AccountEvent accountEvent)
            {
                var id = appended.Entity["account/".Length..];
                Accounts[id] = Accounts.GetValueOrDefault(id, Account.Empty).Evolve(accountEvent);
            }
            else if (appended.Entity.StartsWith("portfolio/", StringComparison.Ordinal))
            {
                Portfolio = Portfolio.Evolve(happening);
                LastDecision = happening as RebalanceDecided ?? LastDecision;
                Dispatched += happening is DecisionDispatched ? 1 : 0;
                DispatchedInCalm += happening is DecisionDispatched && IsCalm ? 1 : 0;
            }
        }
    }

    /// <summary>No order is under way or in doubt and nobody is stopped; what is quarantined stays until evidence comes.</summary>
    public bool IsQuiet => Portfolio.Open is null && Portfolio.Halts.Count == 0 && Accounts.Values.All(account =>
        account.TradingState == TradingState.Active && !account.Paused
        && account.Orders.Values.All(order => order.State == OrderState.Quarantined || (order.IsTerminal && order.Reservation is null))
        && account.Executions.Values.All(plan => plan.CompletedAt is not null));
}
