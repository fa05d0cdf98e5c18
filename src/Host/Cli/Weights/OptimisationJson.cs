using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Shapes of the JSON these commands print.</summary>
internal static class OptimisationJson
{
    public static object Of(OptimisationResult result) => new
    {
        weights = ByAsset(result.Assets, result.Weights),
        expectedReturn = result.Metrics.ExpectedReturn,
        volatility = result.Metrics.Volatility,
        sharpe = Finite(result.Metrics.Sharpe),
        method = result.Method,
        metrics = new
        {
            sortino = Finite(result.Metrics.Sortino),
            maximumDrawdown = result.Metrics.MaximumDrawdown,
            conditionalValueAtRisk = result.Metrics.ConditionalValueAtRisk,
            riskContributions = ByAsset(result.Assets, result.Metrics.RiskContributions),
            diversificationRatio = Finite(result.Metrics.DiversificationRatio),
            effectiveBets = result.Metrics.EffectiveBets,
            trackingError = result.Metrics.TrackingError,
            trackingErrorTo = result.Metrics.TrackingReference,
            turnover = result.Metrics.Turnover,
        },
        warnings = result.Warnings,
    };

    public static object Point(IReadOnlyList<string> assets, EfficientFrontier frontier, double[] weights, double riskFree)
    {
        var (expected, volatility) = (frontier.ReturnOf(weights), frontier.VolatilityOf(weights));
        return new
        {
            weights = ByAsset(assets, weights), expectedReturn = expected, volatility, sharpe = Finite((expected - riskFree) / volatility),
        };
    }

    public static SortedDictionary<string, double> ByAsset(IReadOnlyList<string> assets, IReadOnlyList<double> values) =>
        new(assets.Index().ToDictionary(entry => entry.Item, entry => values[entry.Index]), StringComparer.Ordinal);

    /// <summary>JSON has no infinity; a ratio to zero is no number.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
