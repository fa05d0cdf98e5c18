using MathNet.Numerics.LinearAlgebra;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Estimates;

/// <summary>The seven countries of He and Litterman, "The intuition behind Black-Litterman model portfolios", 1999: δ = 2.5, τ = 0.05.</summary>
public sealed class BlackLittermanTests
{
    private const double Delta = 2.5;

    // Australia, Canada, France, Germany, Japan, United Kingdom, United States.
    private static readonly double[] Volatilities = [0.160, 0.203, 0.248, 0.271, 0.210, 0.200, 0.187];
    private static readonly double[] Market = [0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615];

    private static readonly double[][] Correlations =
    [
        [0.488],
        [0.478, 0.664],
        [0.515, 0.655, 0.861],
        [0.439, 0.310, 0.355, 0.354],
        [0.512, 0.608, 0.783, 0.777, 0.405],
        [0.491, 0.779, 0.668, 0.653, 0.306, 0.652],
    ];

    // Germany will beat the rest of Europe by 5 % a year.
    private static readonly View Germany = new([0, 0, -0.295, 1, 0, -0.705, 0], 0.05, null);

    [Fact]
    public void Equilibrium_OfTheMarketWeights_IsThePapersTable() =>
        Equilibrium().ShouldBe([0.039, 0.069, 0.084, 0.090, 0.043, 0.068, 0.076], 0.0006);

    [Fact]
    public void Posterior_OfTheViewOnGermany_IsThePapersTable()
    {
        var (means, covariance) = BlackLitterman.Posterior(Equilibrium(), Covariance(), [Germany]);

        means.ShouldBe([0.043, 0.076, 0.093, 0.110, 0.045, 0.070, 0.081], 0.0006);
        OptimalWeights(means, covariance).ShouldBe([0.015, 0.021, -0.040, 0.354, 0.110, -0.095, 0.586], 0.0011);
    }

    [Fact]
    public void Posterior_WithoutViews_KeepsThePriorAndAddsItsUncertainty()
    {
        var (means, covariance) = BlackLitterman.Posterior(Equilibrium(), Covariance(), [], 0.05);

        means.ShouldBe(Equilibrium());
        covariance[3, 2].ShouldBe(1.05 * Covariance()[3, 2], 1e-15);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Posterior_OfAViewWithConfidence_GoesThatShareOfTheWay(double confidence)
    {
        var prior = Equilibrium();
        var before = SymmetricMatrix.Dot(Germany.Loadings, prior);

        var (means, _) = BlackLitterman.Posterior(prior, Covariance(), [Germany with { Confidence = confidence }]);

        SymmetricMatrix.Dot(Germany.Loadings, means).ShouldBe(before + (confidence * (Germany.Return - before)), 1e-12);
    }

    [Fact]
    public void Posterior_OfSeveralViews_IsThePrecisionWeightedMean()
    {
        View[] views = [Germany, new([0, 1, 0, 0, 0, 0, -1], 0.03, null), new([0, 0, 0, 0, 1, 0, 0], 0.02, 0.4)];
        var (prior, sigma) = (Vector<double>.Build.Dense(Equilibrium()), Dense(Covariance()));
        var p = Matrix<double>.Build.DenseOfRowArrays(views.Select(view => view.Loadings));
        var projected = (p * sigma * p.Transpose()).Diagonal() * 0.05;
        var omega = Matrix<double>.Build.DenseOfDiagonalArray([projected[0], projected[1], projected[2] * 0.6 / 0.4]);

        var (means, covariance) = BlackLitterman.Posterior(Equilibrium(), Covariance(), views);

        // [(τΣ)⁻¹ + P'Ω⁻¹P]⁻¹ [(τΣ)⁻¹Π + P'Ω⁻¹Q], the form of the first paper.
        var precision = (0.05 * sigma).Inverse() + (p.Transpose() * omega.Inverse() * p);
        var expected = precision.Solve(((0.05 * sigma).Inverse() * prior) + (p.Transpose() * omega.Inverse() * Vector<double>.Build.Dense([0.05, 0.03, 0.02])));
        means.ShouldBe(expected.ToArray(), 1e-12);
        covariance[4, 2].ShouldBe((sigma + precision.Inverse())[4, 2], 1e-14);
    }

    [Fact]
    public void Posterior_TwoCertainViewsOfTheSame_SaysSo() =>
        Should.Throw<WeightException>(() => BlackLitterman.Posterior(
            Equilibrium(), Covariance(), [Germany with { Confidence = 1 }, Germany with { Confidence = 1, Return = 0.02 }])).Message.ShouldContain("certain");

    private static double[] Equilibrium() => [.. Covariance().Times(Market).Select(value => Delta * value)];

    private static double[] OptimalWeights(double[] means, SymmetricMatrix covariance) =>
        (Dense(covariance) * Delta).Solve(Vector<double>.Build.Dense(means)).ToArray();

    private static Matrix<double> Dense(SymmetricMatrix matrix) => Matrix<double>.Build.Dense(matrix.Size, matrix.Size, (i, j) => matrix[i, j]);

    private static SymmetricMatrix Covariance()
    {
        var covariance = new SymmetricMatrix(Volatilities.Length);
        for (var i = 0; i < covariance.Size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[i, j] = Volatilities[i] * Volatilities[j] * (i == j ? 1 : Correlations[i - 1][j]);
            }
        }

        return covariance;
    }
}
