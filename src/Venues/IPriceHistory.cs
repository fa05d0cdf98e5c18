using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues;

/// <summary>Where past prices come from: a venue, or a provider of prices where nothing can be traded.</summary>
public interface IPriceHistory
{
    /// <summary>
    /// Bars that have ended, oldest first, from the first that does not begin before <paramref name="since"/>: as many as are given at once, so
    /// that the next are asked for from the last on. Empty when there are none; a time without trading has no bar.
    /// </summary>
    /// <exception cref="VenueException">There is no complete answer.</exception>
    Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken);
}
