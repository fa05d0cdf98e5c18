using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Hosting;

/// <summary>Everything this program stores, by name.</summary>
public static class StoredEvents
{
    /// <summary>
    /// Counts the releases that changed the catalog. A node does not take over what one of a later format may have written; raised with
    /// every new name, version or member.
    /// </summary>
    public const int Format = 1;

    public static EventCatalog Create() => new EventCatalog(JournalJson.Options)
        .RegisterAccountEvents()
        .RegisterPortfolioEvents()
        .RegisterRosterEvents();
}
