using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.EventCatalogs;

/// <summary>Stored names of what a portfolio writes. A name never changes; a changed shape is a new version with an upcaster.</summary>
public static class PortfolioEvents
{
    public static EventCatalog RegisterPortfolioEvents(this EventCatalog catalog) => catalog
        .Register<PortfolioSettingsChanged>("portfolio-settings-changed")
        .Register<AccountJoined>("account-joined")
        .Register<AccountLeft>("account-left")
        .Register<SlotFired>("slot-fired")
        .Register<SlotSkipped>("slot-skipped")
        .Register<TargetsComputed>("targets-computed")
        .Register<RebalanceDecided>("rebalance-decided")
        .Register<DecisionDispatched>("decision-dispatched")
        .Register<AccountExecutionReported>("account-execution-reported")
        .Register<RebalanceCompleted>("rebalance-completed")
        .Register<DecisionApplied>("decision-applied")
        .Register<DecisionExpired>("decision-expired")
        .Register<DecisionSuperseded>("decision-superseded")
        .Register<PortfolioValued>("portfolio-valued")
        .Register<TradingHalted>("portfolio-halted")
        .Register<TradingResumed>("portfolio-resumed")
        .Register<PortfolioPaused>("portfolio-paused")
        .Register<PortfolioUnpaused>("portfolio-unpaused")
        .Register<PortfolioRetired>("portfolio-retired")

        // Snapshot.
        .Register<PortfolioState>("portfolio-snapshot");
}
