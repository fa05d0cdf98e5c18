using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>Which of Yahoo's symbols answers for which asset. The price is wanted in the base currency, whatever Yahoo quotes it in.</summary>
public static class YahooPlan
{
    /// <summary>Stands for the account where a market is named.</summary>
    public const string Source = "yahoo";

    private const string Exchange = "exchange";

    public static IReadOnlyList<HistoryNeed> Of(PortfolioSettings settings, IReadOnlyList<AccountReading> readings) =>
    [
        .. HistoryPlan.AssetsOf(settings, readings).Select(entry => new HistoryNeed(
            entry.Asset, new AskedMarket(Source, new MarketId(SymbolOf(entry.Asset, settings, readings), settings.BaseCurrency))) { IsMarketOnly = entry.IsMarketOnly }),
    ];

    /// <summary>As the settings say; else money as a pair, what only exchanges trade as a coin, and everything else as a share.</summary>
    public static string SymbolOf(string asset, PortfolioSettings settings, IReadOnlyList<AccountReading> readings)
    {
        if (settings.History.Symbols?.GetValueOrDefault(asset) is { } named)
        {
            return named;
        }

        var traders = readings.Where(reading => reading.Markets.Any(rules => rules.Market.Asset == asset)).ToList();
        return HistoryPlan.IsMoney(asset) ? PairOf(asset, settings.BaseCurrency)
            : traders.Count > 0 && traders.TrueForAll(reading => reading.Kind == Exchange) ? CoinOf(asset)
            : ShareOf(asset);
    }

    public static string PairOf(string from, string to) => $"{from}{to}=X";

    public static string CoinOf(string asset) => $"{asset}-USD";

    /// <summary>Yahoo writes the class of a share behind a dash.</summary>
    public static string ShareOf(string asset) => asset is [.., '.', >= 'A' and <= 'C'] ? asset.Replace('.', '-') : asset;
}
