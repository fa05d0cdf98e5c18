using MathNet.Numerics.LinearAlgebra;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Estimates;

public sealed class RiskModelsTests
{
    [Fact]
    public void Sample_WithMissingReturns_TakesEachPairOverItsOwnDays()
    {
        var returns = Histories.Random(4, 80, 5, missing: 0.2);

        var covariance = SampleCovariance.Pairwise(returns);

        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                var both = Histories.Column(returns, i).Zip(Histories.Column(returns, j)).Where(pair => !double.IsNaN(pair.First + pair.Second)).ToArray();
                covariance[i, j].ShouldBe(Histories.Covariance([.. both.Select(pair => pair.First)], [.. both.Select(pair => pair.Second)], both.Length - 1), 1e-17);
            }
        }
    }

    [Fact]
    public void Sample_CompleteReturns_IsAnnualWithDivisorOneLess()
    {
        var covariance = RiskModels.Estimate(RiskModel.Sample, Histories.Small, new RiskOptions(Frequency: 365), []);

        covariance[1, 0].ShouldBe(Histories.Covariance(Histories.Column(Histories.Small, 1), Histories.Column(Histories.Small, 0), 7) * 365, 1e-15);
    }

    [Fact]
    public void Sample_ConstantReturns_HaveNoVarianceAtAll()
    {
        var covariance = RiskModels.Estimate(RiskModel.Sample, Histories.Table([0.01, -0.02, 0.03, 0.01], [0.0001, 0.0001, 0.0001, 0.0001]), new RiskOptions(), []);

        covariance[1, 1].ShouldBe(0);
        covariance[1, 0].ShouldBe(0);
    }

    [Fact]
    public void Semi_CompleteReturns_AveragesProductsOfShortfallsOverAllDays()
    {
        var covariance = RiskModels.Estimate(RiskModel.Semi, Histories.Small, new RiskOptions(), []);

        var (x, y) = (Histories.Column(Histories.Small, 0), Histories.Column(Histories.Small, 2));
        covariance[2, 0].ShouldBe(252 * x.Zip(y, (a, b) => Math.Min(a - 0.000079, 0) * Math.Min(b - 0.000079, 0)).Sum() / 8, 1e-15);
    }

    [Fact]
    public void Exponential_WithMissingReturns_WeighsTheDaysOfAPairByTheirAge()
    {
        var returns = Histories.Random(3, 50, 7, missing: 0.15);

        var covariance = RiskModels.Estimate(RiskModel.Exponential, returns, new RiskOptions(Frequency: 1, Span: 20), []);

        // Weights (1 − α)^age, α = 2 / (span + 1), a missing day ages the ones before it; deviations are from each asset's own plain mean.
        var (x, y) = (Histories.Column(returns, 0), Histories.Column(returns, 1));
        var (meanX, meanY) = (returns.Observed(0).Average(), returns.Observed(1).Average());
        var terms = x.Zip(y).Select((pair, t) => (Product: (pair.First - meanX) * (pair.Second - meanY), Weight: Math.Pow(1 - (2.0 / 21), 49 - t)))
            .Where(term => !double.IsNaN(term.Product)).ToArray();
        covariance[1, 0].ShouldBe(terms.Sum(term => term.Weight * term.Product) / terms.Sum(term => term.Weight), 1e-17);
    }

    [Fact]
    public void Repair_CorrelationsThatContradictEachOther_ClipsTheNegativeEigenvalueAndKeepsTheVariances()
    {
        var covariance = Contradicting();
        var warnings = new List<string>();

        var repaired = PositiveSemidefinite.Repair(covariance, 1e-10, warnings);

        var values = Matrix<double>.Build.Dense(3, 3, (i, j) => repaired[i, j]).Evd(Symmetricity.Symmetric).EigenValues;
        values.Min(value => value.Real).ShouldBeGreaterThan(-1e-12);
        Enumerable.Range(0, 3).ShouldAllBe(i => Math.Abs(repaired[i, i] - covariance[i, i]) < 1e-12);
        warnings.ShouldHaveSingleItem().ShouldContain("not positive semidefinite");
    }

    [Fact]
    public void Repair_PositiveDefinite_ChangesNothing()
    {
        var covariance = RiskModels.Estimate(RiskModel.Sample, Histories.Small, new RiskOptions(), []);

        PositiveSemidefinite.Repair(covariance, 1e-10, []).ShouldBeSameAs(covariance);
    }

    [Fact]
    public void Estimate_NoDayInCommon_NamesTheAssets() =>
        Should.Throw<WeightException>(() => RiskModels.Estimate(
            RiskModel.Sample,
            Histories.Table([0.01, 0.02, Histories.Missing, Histories.Missing], [Histories.Missing, Histories.Missing, 0.01, 0.02]), new RiskOptions(), []))
            .Message.ShouldContain("A1 and A0");

    /// <summary>A goes with B, B with C, but A against C.</summary>
    private static SymmetricMatrix Contradicting()
    {
        double[] volatilities = [0.1, 0.2, 0.3];
        var matrix = new SymmetricMatrix(3);
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                matrix[i, j] = volatilities[i] * volatilities[j] * (i == j ? 1 : i - j == 1 ? 0.9 : -0.9);
            }
        }

        return matrix;
    }
}
