using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights;

/// <summary>
/// What a set of weights is expected to be like and would have been like. Ratios and volatilities are annual; CVaR is a period's loss,
/// positive. Definitions and sources are in docs/concepts/weights.md.
/// </summary>
/// <param name="RiskContributions">Share of the variance by asset, adding up to 1.</param>
/// <param name="DiversificationRatio">Weighted volatilities over the portfolio's volatility.</param>
/// <param name="EffectiveBets">exp of the entropy of the risk contributions; null when one is negative.</param>
/// <param name="TrackingError">Volatility of the difference to <paramref name="TrackingReference"/>.</param>
/// <param name="TrackingReference">The current weights where given, else equal ones.</param>
/// <param name="Turnover">Σ|w − w₀| against the current weights, where given.</param>
public sealed record PortfolioMetrics(
    double ExpectedReturn, double Volatility, double Sharpe, double? Sortino, double? MaximumDrawdown, double? ConditionalValueAtRisk,
    IReadOnlyList<double> RiskContributions, double DiversificationRatio, double? EffectiveBets, double TrackingError, string TrackingReference,
    double? Turnover)
{
    /// <param name="returns">Periodic; rows with a missing return of a held asset are left out of the path's measures.</param>
    /// <param name="options">Risk-free rate, frequency, and the level of the CVaR.</param>
    /// <param name="logarithmic">Whether the returns are logarithms.</param>
    public static PortfolioMetrics Measure(
        double[] weights, MarketEstimates estimates, ReturnTable returns, MethodOptions options, double[]? current, bool logarithmic)
    {
        var (means, covariance, riskFree) = (estimates.Means, estimates.Covariance, options.RiskFree);
        var (expected, product) = (SymmetricMatrix.Dot(weights, means), covariance.Times(weights));
        var variance = Math.Max(0, SymmetricMatrix.Dot(weights, product));
        var volatility = Math.Sqrt(variance);
        var contributions = weights.Select((weight, i) => variance > 0 ? weight * product[i] / variance : 0).ToArray();
        var weighted = weights.Select((weight, i) => Math.Abs(weight) * Math.Sqrt(covariance[i, i])).Sum();
        double[] active = [.. weights.Select((weight, i) => weight - (current is null ? weights.Sum() / weights.Length : current[i]))];
        var path = Path(weights, returns, logarithmic);
        return new PortfolioMetrics(
            expected, volatility, (expected - riskFree) / volatility, SortinoOf(path, expected, riskFree, options.Frequency), Drawdown(path),
            TailLoss(path, options.Beta), contributions, weighted / volatility, EffectiveNumber(contributions),
            Math.Sqrt(Math.Max(0, covariance.Quadratic(active))), current is null ? "equal weights" : "the current weights",
            current?.Zip(weights, (before, after) => Math.Abs(after - before)).Sum());
    }

    private static double[] Path(double[] weights, ReturnTable returns, bool logarithmic)
    {
        var held = Enumerable.Range(0, weights.Length).Where(i => weights[i] != 0).ToArray();
        return
        [
            .. Enumerable.Range(0, returns.Count)
                .Select(t => held.Sum(i => weights[i] * (logarithmic ? Math.Exp(returns.Column(i)[t]) - 1 : returns.Column(i)[t])))
                .Where(value => !double.IsNaN(value)),
        ];
    }

    /// <summary>Excess return over the downside deviation from the risk-free rate.</summary>
    private static double? SortinoOf(double[] path, double expected, double riskFree, int frequency)
    {
        var downside = path.Length == 0 ? 0 : Math.Sqrt(path.Average(value => Math.Pow(Math.Min(0, value - (riskFree / frequency)), 2)) * frequency);
        return downside > 0 ? (expected - riskFree) / downside : null;
    }

    private static double? Drawdown(double[] path)
    {
        var (value, peak, worst) = (1.0, 1.0, 0.0);
        foreach (var change in path)
        {
            value *= 1 + change;
            peak = Math.Max(peak, value);
            worst = Math.Max(worst, 1 - (value / peak));
        }

        return path.Length > 0 ? worst : null;
    }

    /// <summary>Mean loss of the worst 1 − level of periods, the period at the edge counted in part (Rockafellar and Uryasev 2000).</summary>
    private static double? TailLoss(double[] path, double level)
    {
        if (path.Length == 0)
        {
            return null;
        }

        var (left, sum) = ((1 - level) * path.Length, 0.0);
        var size = left;
        foreach (var change in path.Order())
        {
            var share = Math.Min(1, left);
            sum -= share * change;
            left -= share;
            if (left <= 0)
            {
                break;
            }
        }

        return sum / size;
    }

    private static double? EffectiveNumber(double[] contributions) => contributions.All(share => share >= 0)
        ? Math.Exp(-contributions.Where(share => share > 0).Sum(share => share * Math.Log(share)))
        : null;
}
