using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>A market whose history is needed, and the account that is to be asked for it.</summary>
public readonly record struct AskedMarket(string AccountId, MarketId Market);

/// <param name="Own">The asset's market.</param>
/// <param name="Conversion">From its quote to the base currency; null when the quote is the base.</param>
/// <param name="IsInverse">Whether the conversion's market quotes the base in that currency.</param>
public sealed record HistoryNeed(string Asset, AskedMarket Own, AskedMarket? Conversion = null, bool IsInverse = false)
{
    /// <summary>Whether it is only the market of capm.</summary>
    public bool IsMarketOnly { get; init; }

    public string Source => Conversion is { } over ? $"{Own.Market} at {Own.AccountId}, {over.Market} at {over.AccountId}" : $"{Own.Market} at {Own.AccountId}";
}

/// <summary>Which markets' history answers for which asset: the one quoted in the base currency, at the first account of the settings that has it.</summary>
public static class HistoryPlan
{
    /// <summary>Money is not something to spread a portfolio over, whoever lists a market of it.</summary>
    private static readonly string[] Money = ["AUD", "CAD", "CHF", "EUR", "GBP", "HKD", "JPY", "NZD", "SEK", "NOK", "DKK", "SGD", "USD"];

    public static bool IsMoney(string asset) => Money.Contains(asset);

    /// <returns>A need an asset, and a sentence for each asset that no account has a market for.</returns>
    public static (IReadOnlyList<HistoryNeed> Needs, IReadOnlyList<string> Unserved) Of(PortfolioSettings settings, IReadOnlyList<AccountReading> readings)
    {
        var (needs, unserved) = (new List<HistoryNeed>(), new List<string>());
        foreach (var (asset, isMarketOnly) in AssetsOf(settings, readings))
        {
            if (NeedOf(asset, settings.BaseCurrency, readings) is { } need)
            {
                needs.Add(need with { IsMarketOnly = isMarketOnly });
            }
            else
            {
                unserved.Add($"history of {asset}: no account has a market of it that leads to {settings.BaseCurrency}; add an account that does, or leave the asset out");
            }
        }

        return (needs, unserved);
    }

    /// <summary>In order of name; the market of capm last, where it is not among them.</summary>
    public static IReadOnlyList<(string Asset, bool IsMarketOnly)> AssetsOf(PortfolioSettings settings, IReadOnlyList<AccountReading> readings)
    {
        var computed = settings.Targets.Computed!;
        IEnumerable<string> named = computed.Every is { } filter ? Traded(settings, filter, readings) : settings.Targets.Assets;
        var assets = named.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(asset => (asset, false)).ToList();
        return computed.Market is { } market && !assets.Contains((market, false)) ? [.. assets, (market, true)] : assets;
    }

    private static IEnumerable<string> Traded(PortfolioSettings settings, AssetFilter filter, IReadOnlyList<AccountReading> readings)
    {
        var quotes = readings.SelectMany(reading => reading.Markets).Select(rules => rules.Market.Quote).ToList();
        var money = readings.SelectMany(reading => reading.Balances).Where(balance => balance.IsCurrency).Select(balance => balance.Asset).Concat(quotes).Concat(Money).ToList();
        return readings
            .Where(reading => filter.Venues.Count == 0 || filter.Venues.Contains(reading.Venue) || filter.Venues.Contains(reading.Id))
            .SelectMany(reading => reading.Markets)
            .Where(rules => rules.Session != TradingSession.Delisted)
            .Select(rules => rules.Market.Asset)
            .Where(asset => asset != settings.BaseCurrency && !money.Contains(asset) && !settings.Unmanaged.Contains(asset));
    }

    private static HistoryNeed? NeedOf(string asset, string baseCurrency, IReadOnlyList<AccountReading> readings)
    {
        if (Find(readings, market => market == new MarketId(asset, baseCurrency)) is { } direct)
        {
            return new HistoryNeed(asset, direct);
        }

        foreach (var own in readings.SelectMany(reading => reading.Markets.Where(rules => rules.Market.Asset == asset).Select(rules => new AskedMarket(reading.Id, rules.Market))))
        {
            var quote = own.Market.Quote;
            if (Find(readings, market => market == new MarketId(quote, baseCurrency)) is { } over)
            {
                return new HistoryNeed(asset, own, over);
            }

            if (Find(readings, market => market == new MarketId(baseCurrency, quote)) is { } inverse)
            {
                return new HistoryNeed(asset, own, inverse, IsInverse: true);
            }
        }

        return null;
    }

    private static AskedMarket? Find(IReadOnlyList<AccountReading> readings, Func<MarketId, bool> isMeant)
    {
        foreach (var reading in readings)
        {
            foreach (var rules in reading.Markets.Where(rules => isMeant(rules.Market)))
            {
                return new AskedMarket(reading.Id, rules.Market);
            }
        }

        return null;
    }
}
