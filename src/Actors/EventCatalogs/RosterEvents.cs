using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.EventCatalogs;

/// <summary>Stored names of the roster's events.</summary>
public static class RosterEvents
{
    public static EventCatalog RegisterRosterEvents(this EventCatalog catalog) => catalog
        .Register<RosterEvent.AccountAdded>("roster.account-added")
        .Register<RosterEvent.AccountRemoved>("roster.account-removed")
        .Register<RosterEvent.PortfolioAdded>("roster.portfolio-added")
        .Register<RosterEvent.PortfolioRemoved>("roster.portfolio-removed")
        .Register<RosterEvent.LiveConfirmed>("roster.live-confirmed")
        .Register<RosterEvent.TradingHalted>("roster.trading-halted")
        .Register<RosterEvent.TradingReduced>("roster.trading-reduced")
        .Register<RosterEvent.TradingResumed>("roster.trading-resumed")
        .Register<RosterEvent.RestoreAnswered>("roster.restore-answered");
}
