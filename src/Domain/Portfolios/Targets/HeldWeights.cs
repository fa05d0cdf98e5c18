namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>What the portfolio weighs now, for methods that count turnover.</summary>
public static class HeldWeights
{
    /// <returns>Weight by asset of the history; null when one of them has no price, or the portfolio no value.</returns>
    public static SortedDictionary<string, double>? Of(PortfolioSettings settings, TargetHistory history, IEnumerable<AccountReading> readings)
    {
        var known = readings.ToList();
        var assets = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var series in history.Series.Where(series => !series.IsMarketOnly))
        {
            assets[series.Asset] = 0;
        }

        var valuation = Valuation.Of(settings, assets, known, PriceBook.Build(settings.BaseCurrency, known));
        if (valuation.Missing.Count > 0 || valuation.Total <= 0)
        {
            return null;
        }

        var weights = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var asset in assets.Keys)
        {
            weights[asset] = (double)(valuation.ByAsset.GetValueOrDefault(asset) / valuation.Total);
        }

        return weights;
    }
}
