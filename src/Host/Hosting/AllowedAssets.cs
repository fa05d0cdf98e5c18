using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// A venue that shows only the markets of the assets the settings allow the account to trade. Its balances stay whole, and so does its price
/// history, which moves no money: that of a currency may be needed to value what is allowed.
/// </summary>
public sealed class AllowedAssets(IVenue inner, IReadOnlyList<string> assets) : DelegatingVenue(inner)
{
    /// <summary>The venue itself when the settings allow everything.</summary>
    public static IVenue Limit(IVenue venue, IReadOnlyList<string> assets) => assets.Count == 0 ? venue : new AllowedAssets(venue, assets);

    public override async Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        [.. (await Inner.GetMarketsAsync(cancellationToken)).Where(rules => assets.Contains(rules.Market.Asset))];
}
