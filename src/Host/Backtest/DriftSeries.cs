using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Backtest;

/// <summary>Σ|weight − target| / 2 over all accounts together, cash included, from the targets the portfolio last decided on.</summary>
internal static class DriftSeries
{
    /// <param name="decisions">The portfolio's, oldest first; also for what it is held against.</param>
    /// <returns>A value a sample; null before the first decision.</returns>
    public static IReadOnlyList<double?> Of(IReadOnlyList<BacktestSample> samples, IReadOnlyList<BacktestDecision> decisions, string currency)
    {
        var (drifts, next, targets) = (new List<double?>(samples.Count), 0, (SortedDictionary<string, decimal>?)null);
        for (var row = 0; row < samples.Count; row++)
        {
            var until = row + 1 < samples.Count ? samples[row + 1].At : DateTimeOffset.MaxValue;
            while (next < decisions.Count && decisions[next].At < until)
            {
                targets = decisions[next].Disposition == Disposition.Refused ? targets : decisions[next].Targets;
                next++;
            }

            drifts.Add(targets is null || samples[row].Value <= 0 ? null : Of(samples[row], targets, currency));
        }

        return drifts;
    }

    private static double Of(BacktestSample sample, SortedDictionary<string, decimal> targets, string currency)
    {
        var cash = Math.Abs((sample.ByAsset.GetValueOrDefault(currency) / sample.Value) - (1 - targets.Values.Sum()));
        var assets = sample.ByAsset.Keys.Union(targets.Keys, StringComparer.Ordinal).Where(asset => asset != currency)
            .Sum(asset => Math.Abs((sample.ByAsset.GetValueOrDefault(asset) / sample.Value) - targets.GetValueOrDefault(asset)));
        return (double)(cash + assets) / 2;
    }
}
