using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues.Simulated;

/// <summary>
/// Markets at recorded prices. A market is listed from its first price on; in a row without a price it is closed and quotes the last one with its
/// own time. Nothing here looks past the row that is due.
/// </summary>
internal sealed class RecordedMarkets(SimulatedExchangeSettings settings, RecordedPrices prices) : IVenueMarkets
{
    private readonly SortedDictionary<string, SimulatedMarket> _markets = new(
        settings.Markets.ToDictionary(market => market.Market.Asset, StringComparer.Ordinal), StringComparer.Ordinal);

    private readonly DateTimeOffset _epoch = prices.Rows[0];

    public IMarketCalendar Calendar { get; } = new AlwaysOpenCalendar();

    public bool IsOpen(MarketId id, DateTimeOffset at) => prices.InRow(id.Asset, prices.RowAt(at)) is not null;

    public SimulatedMarket? Find(MarketId id) => _markets.TryGetValue(id.Asset, out var market) && market.Market == id ? market : null;

    public (decimal Bid, decimal Ask) Touch(MarketId id, long second)
    {
        var row = prices.LastPriced(id.Asset, prices.RowAt(MomentOf(second)));
        var mid = prices.InRow(id.Asset, row) ?? throw new InvalidOperationException($"{id} has no price at {MomentOf(second):u} or before.");
        var market = _markets[id.Asset];
        return (Math.Max(market.TickSize, Math.Floor(mid * (1 - market.HalfSpread) / market.TickSize) * market.TickSize),
            Math.Ceiling(mid * (1 + market.HalfSpread) / market.TickSize) * market.TickSize);
    }

    public void Shock(MarketId id, decimal factor, long from, long until) =>
        throw new NotSupportedException("Recorded prices are what they were.");

    public decimal? FeeAssetPrice(SimulatedMarket market, long second) => null;

    public IReadOnlyList<MarketRules> Rules(DateTimeOffset now)
    {
        var row = prices.RowAt(now);
        return [.. _markets.Values.Where(market => prices.LastPriced(market.Market.Asset, row) >= 0).Select(market => new MarketRules(
            market.Market, market.TickSize, market.LotSize, market.MinQuantity, market.MaxQuantity, market.MinNotional, market.MaxNotional,
            market.MakerFeeRate, market.TakerFeeRate, market.TicketFee, market.FeeAsset,
            prices.InRow(market.Market.Asset, row) is null ? TradingSession.Closed : TradingSession.Open, NextOpen: null))];
    }

    public IReadOnlyList<Quote> Quotes(IReadOnlyList<MarketId> ids, DateTimeOffset now)
    {
        var row = prices.RowAt(now);
        var quotes = new List<Quote>(ids.Count);
        foreach (var id in ids.Where(id => Find(id) is not null))
        {
            if (prices.LastPriced(id.Asset, row) is var last and >= 0)
            {
                // While the row is the current one somebody quotes its price every second.
                var at = last == row ? now : prices.Due[last];
                var (bid, ask) = Touch(id, SecondOf(at));
                quotes.Add(new Quote(id, bid, ask, at));
            }
        }

        return quotes;
    }

    /// <exception cref="VenueException">There is no such market.</exception>
    public IReadOnlyList<PriceBar> Bars(MarketId id, TimeFrame frame, DateTimeOffset since, DateTimeOffset now)
    {
        if (Find(id) is null)
        {
            throw new VenueException(VenueErrorKind.Unsupported, $"{settings.Name} has no market {id}");
        }

        var bars = new List<PriceBar>();
        for (var row = FirstFrom(frame.Ceiling(since)); row < prices.Rows.Count && bars.Count < SimulatedHistory.MostBars; row++)
        {
            var at = frame.Floor(prices.Rows[row]);
            if (at + frame.Length() > now || prices.Due[row] > now)
            {
                break;
            }

            if (prices.InRow(id.Asset, row) is { } price)
            {
                Add(bars, at, price);
            }
        }

        return bars;
    }

    public long SecondOf(DateTimeOffset at) => Math.Max(0, (at - _epoch).Ticks / TimeSpan.TicksPerSecond);

    public DateTimeOffset MomentOf(long second) => _epoch.AddSeconds(second);

    private static void Add(List<PriceBar> bars, DateTimeOffset at, decimal price)
    {
        if (bars.Count > 0 && bars[^1].At == at)
        {
            bars[^1] = bars[^1] with { High = Math.Max(bars[^1].High, price), Low = Math.Min(bars[^1].Low, price), Close = price };
            return;
        }

        bars.Add(new PriceBar(at, price, price, price, price, Volume: 0));
    }

    private int FirstFrom(DateTimeOffset since)
    {
        var (low, high) = (0, prices.Rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = prices.Rows[middle] < since ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
