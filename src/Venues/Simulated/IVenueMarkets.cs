using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues.Simulated;

/// <summary>An exchange's markets: what may be traded when, and at which prices. Seconds count from its epoch.</summary>
internal interface IVenueMarkets
{
    /// <summary>Sessions that end day orders and settle proceeds.</summary>
    IMarketCalendar Calendar { get; }

    /// <summary>Whether this market trades then.</summary>
    bool IsOpen(MarketId id, DateTimeOffset at);

    SimulatedMarket? Find(MarketId id);

    (decimal Bid, decimal Ask) Touch(MarketId id, long second);

    void Shock(MarketId id, decimal factor, long from, long until);

    /// <summary>Null when the market's fee asset has no market against its quote.</summary>
    decimal? FeeAssetPrice(SimulatedMarket market, long second);

    IReadOnlyList<MarketRules> Rules(DateTimeOffset now);

    /// <summary>In a closed session the last quote before the close, with its own time. A market that is not here is left out.</summary>
    IReadOnlyList<Quote> Quotes(IReadOnlyList<MarketId> ids, DateTimeOffset now);

    /// <summary>Bars that have ended by <paramref name="now"/>, from the first that does not begin before <paramref name="since"/>.</summary>
    IReadOnlyList<PriceBar> Bars(MarketId id, TimeFrame frame, DateTimeOffset since, DateTimeOffset now);

    /// <summary>Full seconds since the epoch; none before it.</summary>
    long SecondOf(DateTimeOffset at);

    DateTimeOffset MomentOf(long second);
}
