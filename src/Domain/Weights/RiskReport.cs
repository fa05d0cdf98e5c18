using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights;

/// <summary>Where portfolios stand against the exact efficient frontier of their assets, and which asset brings how much of their risk.</summary>
/// <param name="Assets">In the order of every array here.</param>
/// <param name="Volatilities">Of each asset, a year, as <paramref name="Returns"/>.</param>
/// <param name="Frontier">From minimum volatility to highest return, long-only, with as much invested as the first portfolio has.</param>
/// <param name="Periods">Returns the estimates are made from.</param>
public sealed record RiskReport(
    IReadOnlyList<string> Assets, IReadOnlyList<double> Returns, IReadOnlyList<double> Volatilities, IReadOnlyList<RiskPoint> Frontier,
    IReadOnlyList<PortfolioRisk> Portfolios, int Periods, IReadOnlyList<string> Warnings)
{
    private const int FrontierPoints = 60;

    /// <summary>
    /// Covariance by Ledoit and Wolf's shrinkage (A well-conditioned estimator for large-dimensional covariance matrices, 2004), which stays
    /// usable with few observations; returns are historical means.
    /// </summary>
    /// <param name="portfolios">Name and weights by asset; what is missing to 1 is cash without risk. The first is the yardstick.</param>
    /// <param name="periodsAYear">Rows of the history a year.</param>
    /// <exception cref="WeightException">The history says too little.</exception>
    public static RiskReport Measure(
        HistoryTable prices, int periodsAYear, IReadOnlyList<(string Name, IReadOnlyDictionary<string, double> Weights)> portfolios)
    {
        var warnings = new List<string>();
        var returns = PriceReturns.Compute(prices, logarithmic: false, warnings);
        var request = new OptimisationRequest
        {
            Method = "min-volatility",
            RiskModel = RiskModel.LedoitWolf,
            ReturnOptions = new ReturnOptions(periodsAYear),
            RiskOptions = new RiskOptions(periodsAYear),
        };
        var estimates = Optimiser.Estimate(request, returns);
        var assets = returns.Assets;
        var placed = portfolios.Select(portfolio => (portfolio.Name, Weights: assets.Select(asset => portfolio.Weights.GetValueOrDefault(asset)).ToArray())).ToList();
        var constraints = WeightConstraints.LongOnly(assets.Count) with { Sum = placed[0].Weights.Sum() };
        var frontier = FrontierBuilder.Build(assets, estimates.Means, estimates.Covariance, constraints);
        return new RiskReport(
            assets, estimates.Means, [.. Enumerable.Range(0, assets.Count).Select(i => Math.Sqrt(Math.Max(0, estimates.Covariance[i, i])))],
            [.. frontier.EvenlySpaced(FrontierPoints).Select(weights => new RiskPoint(frontier.ReturnOf(weights), frontier.VolatilityOf(weights)))],
            [.. placed.Select(portfolio => PortfolioRisk.Of(portfolio.Name, portfolio.Weights, estimates))],
            returns.Count, [.. warnings.Concat(estimates.Warnings).Distinct(StringComparer.Ordinal)]);
    }
}

/// <summary>A year.</summary>
public sealed record RiskPoint(double ExpectedReturn, double Volatility);

/// <param name="Weights">In the order of the report's assets.</param>
/// <param name="Contributions">
/// w_i (Σw)_i / w'Σw: each asset's share of the variance, adding up to 1. Negative where the asset hedges the others; all 0 without any risk.
/// </param>
public sealed record PortfolioRisk(
    string Name, IReadOnlyList<double> Weights, double ExpectedReturn, double Volatility, IReadOnlyList<double> Contributions)
{
    internal static PortfolioRisk Of(string name, double[] weights, MarketEstimates estimates)
    {
        var marginal = estimates.Covariance.Times(weights);
        var variance = SymmetricMatrix.Dot(weights, marginal);
        return new PortfolioRisk(
            name, weights, SymmetricMatrix.Dot(estimates.Means, weights), Math.Sqrt(Math.Max(0, variance)),
            [.. weights.Select((weight, i) => variance > 0 ? weight * marginal[i] / variance : 0)]);
    }
}
