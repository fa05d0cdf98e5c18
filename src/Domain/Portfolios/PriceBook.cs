using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Portfolios;

/// <param name="Price">In base currency.</param>
/// <param name="At">Time of the oldest quote on the way.</param>
/// <param name="Source">The markets and accounts the price was taken from, as "BTC/EUR at kraken-main, EUR/USD at ib-1".</param>
public sealed record PricePoint(string Asset, decimal Price, DateTimeOffset At, string Source);

/// <summary>
/// Prices in base currency, each over the fewest markets that lead from it to the base. Stablecoins are assets like any other: worth what a
/// market pays, never assumed to be 1.
/// </summary>
public static class PriceBook
{
    /// <summary>Price of everything that any path of usable quotes reaches; what none reaches is absent, not zero.</summary>
    public static SortedDictionary<string, PricePoint> Build(string baseCurrency, IEnumerable<AccountReading> readings)
    {
        var quotes = FreshestPerMarket(readings);
        var prices = new SortedDictionary<string, PricePoint>(StringComparer.Ordinal)
        {
            [baseCurrency] = new PricePoint(baseCurrency, 1, DateTimeOffset.MaxValue, "base currency"),
        };
        // Breadth first: each round prices what is one market away from what the rounds before priced.
        for (var found = true; found;)
        {
            var round = new SortedDictionary<string, PricePoint>(StringComparer.Ordinal);
            foreach (var (account, quote) in quotes)
            {
                Offer(round, prices, quote.Market.Asset, quote.Market.Quote, quote.Mid, account, quote);
                Offer(round, prices, quote.Market.Quote, quote.Market.Asset, 1 / quote.Mid, account, quote);
            }

            foreach (var (asset, point) in round)
            {
                prices.Add(asset, point);
            }

            found = round.Count > 0;
        }

        return prices;
    }

    private static void Offer(
        SortedDictionary<string, PricePoint> round, SortedDictionary<string, PricePoint> known, string asset, string through, decimal rate,
        string account, Quote quote)
    {
        if (known.ContainsKey(asset) || !known.TryGetValue(through, out var leg))
        {
            return;
        }

        var at = leg.At < quote.At ? leg.At : quote.At;
        if (round.TryGetValue(asset, out var other) && other.At >= at)
        {
            return;
        }

        var source = $"{quote.Market} at {account}";
        round[asset] = new PricePoint(asset, rate * leg.Price, at, leg.At == DateTimeOffset.MaxValue ? source : $"{source}, {leg.Source}");
    }

    /// <summary>A quote that is zero, negative or crossed says nothing; one market quoted by several accounts counts once, by its freshest.</summary>
    private static List<(string Account, Quote Quote)> FreshestPerMarket(IEnumerable<AccountReading> readings) =>
        [.. readings
            .SelectMany(reading => reading.Quotes.Where(IsUsable).Select(quote => (Account: reading.Id, Quote: quote)))
            .OrderBy(item => item.Quote.Market.Asset, StringComparer.Ordinal)
            .ThenBy(item => item.Quote.Market.Quote, StringComparer.Ordinal)
            .ThenByDescending(item => item.Quote.At)
            .ThenBy(item => item.Account, StringComparer.Ordinal)
            .DistinctBy(item => item.Quote.Market)];

    internal static bool IsUsable(Quote quote) => quote.Bid > 0 && quote.Ask >= quote.Bid;
}
