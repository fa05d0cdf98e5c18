using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

/// <summary>Random means and covariances with a market, a few sectors and own risk, as real ones have.</summary>
internal static class Instances
{
    private const int Factors = 8;

    /// <summary>A positive definite covariance of a factor model.</summary>
    public static (double[] Means, SymmetricMatrix Covariance) Random(int assets, int seed)
    {
        var random = new Random(seed);
        var loadings = Enumerable.Range(0, assets).Select(_ => Loadings(random)).ToArray();
        var covariance = Products(loadings);
        for (var i = 0; i < assets; i++)
        {
            covariance[i, i] += Math.Pow(0.05 + (0.3 * random.NextDouble()), 2);
        }

        return ([.. loadings.Select(loading => (0.4 * loading[0]) + (0.05 * Gaussian(random)))], covariance);
    }

    /// <summary>The sample covariance of fewer observations than assets: singular.</summary>
    public static (double[] Means, SymmetricMatrix Covariance) Singular(int assets, int observations, int seed)
    {
        var random = new Random(seed);
        var returns = Enumerable.Range(0, assets)
            .Select(_ => Enumerable.Range(0, observations).Select(_ => 0.2 * Gaussian(random) / Math.Sqrt(observations)).ToArray()).ToArray();
        return ([.. Enumerable.Range(0, assets).Select(_ => 0.05 + (0.05 * Gaussian(random)))], Products(returns));
    }

    public static double[] Filled(int count, double value) => [.. Enumerable.Repeat(value, count)];

    private static double[] Loadings(Random random) =>
        [0.1 + (0.1 * random.NextDouble()), .. Enumerable.Range(1, Factors - 1).Select(_ => 0.05 * Gaussian(random))];

    private static SymmetricMatrix Products(double[][] rows)
    {
        var products = new SymmetricMatrix(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                products[i, j] = SymmetricMatrix.Dot(rows[i], rows[j]);
            }
        }

        return products;
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
