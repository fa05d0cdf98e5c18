using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights;

/// <summary>Metrics against values worked out by hand.</summary>
public sealed class PortfolioMetricsTests
{
    /// <summary>Half and half earns +10 %, −10 %, +5 %, −20 %.</summary>
    private static readonly ReturnTable Returns = new(
        ["A", "B"], [.. Enumerable.Range(0, 4).Select(day => new DateOnly(2026, 1, 5).AddDays(day))],
        [[0.10, -0.10, 0.05, -0.20], [0.10, -0.10, 0.05, -0.20]]);

    [Fact]
    public void Measure_RatiosFollowFromMeansAndCovariance()
    {
        var metrics = Measure([0.5, 0.5], null);

        // Variance: 0.25·0.04 + 0.25·0.09 + 2·0.25·0.03 = 0.0475.
        metrics.ExpectedReturn.ShouldBe(0.11, 1e-12);
        metrics.Volatility.ShouldBe(Math.Sqrt(0.0475), 1e-12);
        metrics.Sharpe.ShouldBe((0.11 - 0.02) / Math.Sqrt(0.0475), 1e-12);
        metrics.DiversificationRatio.ShouldBe(0.25 / Math.Sqrt(0.0475), 1e-12);

        // Σw = (0.035, 0.06): contributions 0.0175 and 0.03 of 0.0475.
        metrics.RiskContributions[0].ShouldBe(0.0175 / 0.0475, 1e-12);
        metrics.RiskContributions[1].ShouldBe(0.03 / 0.0475, 1e-12);
        var (p, q) = (0.0175 / 0.0475, 0.03 / 0.0475);
        metrics.EffectiveBets!.Value.ShouldBe(Math.Exp(-(p * Math.Log(p)) - (q * Math.Log(q))), 1e-12);
    }

    [Fact]
    public void Measure_PathMeasuresFollowFromTheReturns()
    {
        var metrics = Measure([0.5, 0.5], null);

        // 1.1, 0.99, 1.0395, 0.8316: the fall is from 1.1.
        metrics.MaximumDrawdown!.Value.ShouldBe(1 - (0.8316 / 1.1), 1e-12);

        // The worst half of four days at level 0.5: (0.20 + 0.10) / 2.
        metrics.ConditionalValueAtRisk!.Value.ShouldBe(0.15, 1e-12);

        // Two periods a year: below 1 % a period by 0.11 and 0.21.
        metrics.Sortino!.Value.ShouldBe((0.11 - 0.02) / Math.Sqrt(((0.11 * 0.11) + (0.21 * 0.21)) / 4 * 2), 1e-12);
    }

    [Fact]
    public void Measure_WithCurrentWeights_TracksThemAndCountsTurnover()
    {
        var metrics = Measure([0.5, 0.5], [0.8, 0.2]);

        // Active −0.3, 0.3: 0.09·(0.04 + 0.09 − 2·0.03).
        metrics.TrackingError.ShouldBe(Math.Sqrt(0.09 * 0.07), 1e-12);
        metrics.TrackingReference.ShouldBe("the current weights");
        metrics.Turnover!.Value.ShouldBe(0.6, 1e-12);
        Measure([0.8, 0.2], null).TrackingReference.ShouldBe("equal weights");
    }

    [Fact]
    public void Measure_OfLogarithms_CompoundsThem()
    {
        var logs = new ReturnTable(["A", "B"], Returns.Dates, [[Math.Log(0.5), 0, 0, 0], [Math.Log(0.5), 0, 0, 0]]);

        PortfolioMetrics.Measure([0.5, 0.5], Estimates, logs, Options, null, logarithmic: true).MaximumDrawdown!.Value.ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void Measure_ADayWithoutAHeldAssetsReturn_IsLeftOut_AndOneWithoutAnotherIsNot()
    {
        var gaps = new ReturnTable(["A", "B"], Returns.Dates, [[0.1, double.NaN, 0.1, -0.2], [double.NaN, 0.1, 0.1, 0.1]]);

        PortfolioMetrics.Measure([1, 0], Estimates, gaps, Options, null, logarithmic: false).ConditionalValueAtRisk!.Value
            .ShouldBe(((1.0 * 0.2) - (0.5 * 0.1)) / 1.5, 1e-12);
    }

    private static MethodOptions Options { get; } = new(RiskFree: 0.02, Beta: 0.5, Frequency: 2);

    private static MarketEstimates Estimates
    {
        get
        {
            var covariance = new SymmetricMatrix(2) { [0, 0] = 0.04, [1, 1] = 0.09, [1, 0] = 0.03 };
            return new MarketEstimates([0.10, 0.12], covariance, []);
        }
    }

    private static PortfolioMetrics Measure(double[] weights, double[]? current) =>
        PortfolioMetrics.Measure(weights, Estimates, Returns, Options, current, logarithmic: false);
}
