using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.MarketData;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.EventCatalogs;

/// <summary>Names of what entities tell each other across nodes. A name never changes, and a member once required stays.</summary>
public static class ClusterMessages
{
    public static ClusterWire CreateWire() => new(ClusterWire.CreateCatalog(JournalJson.Options)
        .RegisterAccountEvents()
        .RegisterPortfolioEvents()
        .RegisterRosterEvents()
        .RegisterAccountMessages()
        .RegisterPortfolioMessages());

    private static EventCatalog RegisterAccountMessages(this EventCatalog catalog) => catalog
        .Register<GetRoster>("get-roster")
        .Register<Roster>("roster")
        .Register<GetAccountReport>("get-account-report")
        .Register<AccountReport>("account-report")
        .Register<GetOrders>("get-orders")
        .Register<OrderList>("order-list")
        .Register<GetHistory>("get-history")
        .Register<HistoryAnswer>("history-answer")
        .Register<AccountCommand.Pause>("pause-account")
        .Register<AccountCommand.Resume>("resume-account")
        .Register<AccountCommand.Halt>("halt-account")
        .Register<AccountCommand.Reduce>("reduce-account")
        .Register<AccountCommand.CancelOrder>("cancel-order")
        .Register<AccountCommand.ResolveOrder>("resolve-order")
        .Register<CommandAnswer>("command-answer");

    private static EventCatalog RegisterPortfolioMessages(this EventCatalog catalog) => catalog
        .Register<RebalanceNow>("rebalance-now")
        .Register<ApplyDecision>("apply-decision")
        .Register<RebalanceAnswer>("rebalance-answer")
        .Register<ChangePortfolioSettings>("change-portfolio-settings")
        .Register<HaltPortfolio>("halt-portfolio")
        .Register<ResumePortfolio>("resume-portfolio")
        .Register<PausePortfolio>("pause-portfolio")
        .Register<UnpausePortfolio>("unpause-portfolio")
        .Register<RetirePortfolio>("retire-portfolio")
        .Register<FetchNow>("fetch-now")
        .Register<GetPortfolio>("get-portfolio")
        .Register<PortfolioView>("portfolio-view")
        .Register<GetHoldings>("get-holdings")
        .Register<PortfolioHoldings>("portfolio-holdings")
        .Register<GetPriceHistory>("get-price-history")
        .Register<PriceHistory>("price-history")
        .Register<GetDecisions>("get-decisions")
        .Register<DecisionList>("decision-list");
}
