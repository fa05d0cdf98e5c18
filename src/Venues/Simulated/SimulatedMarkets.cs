using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues.Simulated;

/// <summary>An exchange's markets: what may be traded when, and at which prices. Seconds count from the epoch of the price paths.</summary>
internal sealed class SimulatedMarkets(SimulatedExchangeSettings settings, SeededNoise noise, DateTimeOffset epoch) : IVenueMarkets
{
    private readonly SortedDictionary<MarketId, (SimulatedMarket Market, PricePath Path)> _markets = Create(settings, noise);

    public IMarketCalendar Calendar { get; } = settings.Hours == SessionHours.Nyse ? new NyseCalendar() : new AlwaysOpenCalendar();

    public bool IsOpen(MarketId id, DateTimeOffset at) => Calendar.IsOpen(at);

    public SimulatedMarket? Find(MarketId id) => _markets.TryGetValue(id, out var entry) ? entry.Market : null;

    public (decimal Bid, decimal Ask) Touch(MarketId id, long second) => _markets[id].Path.At(second);

    public void Shock(MarketId id, decimal factor, long from, long until) => _markets[id].Path.Shock(factor, from, until);

    public decimal? FeeAssetPrice(SimulatedMarket market, long second) =>
        market.FeeAsset is { } asset && _markets.TryGetValue(new MarketId(asset, market.Market.Quote), out var entry)
            ? entry.Path.At(second).Ask
            : null;

    public IReadOnlyList<MarketRules> Rules(DateTimeOffset now)
    {
        var session = Calendar.IsOpen(now) ? TradingSession.Open : TradingSession.Closed;
        var nextOpen = Calendar.NextOpen(now);
        return [.. _markets.Values.Select(entry => entry.Market).Select(market => new MarketRules(
            market.Market, market.TickSize, market.LotSize, market.MinQuantity, market.MaxQuantity, market.MinNotional, market.MaxNotional,
            market.MakerFeeRate, market.TakerFeeRate, market.TicketFee, market.FeeAsset, session, nextOpen))];
    }

    public IReadOnlyList<Quote> Quotes(IReadOnlyList<MarketId> ids, DateTimeOffset now)
    {
        var second = SecondOf(Calendar.LastTraded(now));
        return [.. ids.Where(_markets.ContainsKey).Select(id =>
        {
            var (bid, ask) = Touch(id, second);
            return new Quote(id, bid, ask, MomentOf(second));
        })];
    }

    /// <inheritdoc/>
    /// <exception cref="VenueException">There is no such market.</exception>
    public IReadOnlyList<PriceBar> Bars(MarketId id, TimeFrame frame, DateTimeOffset since, DateTimeOffset now) =>
        _markets.TryGetValue(id, out var entry)
            ? new SimulatedHistory(entry.Path, Calendar, epoch, noise.For("volume:" + settings.Name + ":" + id)).Bars(frame, since, now)
            : throw new VenueException(VenueErrorKind.Unsupported, $"{settings.Name} has no market {id}");

    public long SecondOf(DateTimeOffset at) => Math.Max(0, (at - epoch).Ticks / TimeSpan.TicksPerSecond);

    public DateTimeOffset MomentOf(long second) => epoch.AddSeconds(second);

    private static SortedDictionary<MarketId, (SimulatedMarket Market, PricePath Path)> Create(SimulatedExchangeSettings settings, SeededNoise noise)
    {
        var order = Comparer<MarketId>.Create((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()));
        var markets = new SortedDictionary<MarketId, (SimulatedMarket, PricePath)>(order);
        foreach (var market in settings.Markets)
        {
            markets.Add(market.Market, (market, new PricePath(market, settings.Name, noise)));
        }

        return markets;
    }
}
