using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

/// <summary>Results that others have published, or that a formula gives.</summary>
public sealed class PublishedExampleTests
{
    private static readonly double[] Means = [1.175, 1.19, 0.396, 1.12, 0.346, 0.679, 0.089, 0.73, 0.481, 1.08];

    private static readonly double[][] Covariance =
    [
        [0.40755159],
        [0.03175842, 0.9063047],
        [0.05183923, 0.03136385, 0.19490901],
        [0.05663904, 0.02687256, 0.04408485, 0.19528471],
        [0.0330226, 0.01917172, 0.03006772, 0.02777345, 0.34059105],
        [0.00827775, 0.00934384, 0.01322738, 0.00526665, 0.00777055, 0.15983874],
        [0.02165938, 0.02495043, 0.03525971, 0.01375808, 0.02067844, 0.02105575, 0.68056711],
        [0.01332419, 0.00761036, 0.0115493, 0.00780878, 0.00736409, 0.00518686, 0.01377882, 0.95526918],
        [0.0343476, 0.02874874, 0.0427563, 0.02914176, 0.02542657, 0.01723737, 0.04627027, 0.0106553, 0.31681584],
        [0.02249903, 0.01336866, 0.02057303, 0.01640377, 0.01284075, 0.00723779, 0.01926088, 0.00760955, 0.01854318, 0.11079287],
    ];

    /// <summary>The last corners of the ten-asset example of Bailey and López de Prado, "An open-source implementation of the critical-line algorithm", 2013.</summary>
    [Theory]
    [InlineData(1, 0, new[] { 0.036968581479215, 0.026900837800810, 0.094942430564799, 0.125775952194673, 0.076746081032548, 0.219355671316169, 0.029987096882220, 0.035963284621386, 0.061349837729727, 0.292010226378453 })]
    [InlineData(2, 0.030971168861678, new[] { 0.068344004805275, 0.041387026820649, 0.015215259551837, 0.188134431070458, 0.034162485992748, 0.202319432147471, 0, 0.033929323559567, 0.033632649591729, 0.382875386460265 })]
    [InlineData(3, 0.036521613747271, new[] { 0.073789253022803, 0.043828660769719, 0, 0.198975608058815, 0.026158159857442, 0.198151872279705, 0, 0.033419586399198, 0.027902966026644, 0.397773893585674 })]
    [InlineData(4, 0.052048190674580, new[] { 0.084670941199622, 0.049253858741119, 0, 0.219633903363607, 0, 0.180039234641761, 0, 0.031029801855354, 0.006485702415438, 0.428886557783100 })]
    public void Trace_BaileyAndLopezDePrado_FindsTheirCorners(int fromTheEnd, double lambda, double[] weights)
    {
        var points = CriticalLine.Trace(Means, FromTriangle(Covariance), new double[10], Instances.Filled(10, 1));

        points[^fromTheEnd].Lambda.ShouldBe(lambda, 1e-12);
        points[^fromTheEnd].Weights.ShouldBe(weights, 1e-12);
    }

    [Fact]
    public void Trace_BaileyAndLopezDePrado_BeginsAtTheBestAssetAlone()
    {
        var points = CriticalLine.Trace(Means, FromTriangle(Covariance), new double[10], Instances.Filled(10, 1));

        points[0].Weights[1].ShouldBe(1);
        new EfficientFrontier(Means, FromTriangle(Covariance), points).HighestReturn.Sum().ShouldBe(1);
    }

    [Theory]
    [InlineData(0.2, 0.3, -0.5)]
    [InlineData(0.1, 0.7, 0.9)]
    public void RiskParity_TwoAssets_WeighsByInverseVolatilityWhateverTheCorrelation(double first, double second, double correlation)
    {
        var weights = RiskBudgeting.Solve(Equicorrelated([first, second], correlation), [0.5, 0.5]);

        weights[0].ShouldBe(second / (first + second), 1e-12);
    }

    [Fact]
    public void RiskParity_EqualCorrelations_WeighsByInverseVolatility()
    {
        double[] volatilities = [0.1, 0.15, 0.2, 0.3, 0.45];
        var weights = RiskBudgeting.Solve(Equicorrelated(volatilities, 0.4), Instances.Filled(5, 0.2));

        weights.ShouldBe([.. volatilities.Select(volatility => 1 / volatility / volatilities.Sum(other => 1 / other))], 1e-12);
    }

    private static SymmetricMatrix Equicorrelated(double[] volatilities, double correlation)
    {
        var matrix = new SymmetricMatrix(volatilities.Length);
        for (var i = 0; i < matrix.Size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                matrix[i, j] = volatilities[i] * volatilities[j] * (i == j ? 1 : correlation);
            }
        }

        return matrix;
    }

    private static SymmetricMatrix FromTriangle(double[][] rows)
    {
        var matrix = new SymmetricMatrix(rows.Length);
        foreach (var (i, row) in rows.Index())
        {
            foreach (var (j, value) in row.Index())
            {
                matrix[i, j] = value;
            }
        }

        return matrix;
    }
}
