using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Hosting;

/// <summary>Everything this program stores, by name.</summary>
public static class StoredEvents
{
    public static EventCatalog Create() => new EventCatalog(JournalJson.Options)
        .RegisterAccountEvents()
        .RegisterPortfolioEvents()
        .AddRosterEvents();
}
