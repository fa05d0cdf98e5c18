using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

/// <summary>Random means and covariances of returns with a common factor, as real ones have.</summary>
internal static class Instances
{
    public static (double[] Means, SymmetricMatrix Covariance) Random(int assets, int seed, int observations = 1000)
    {
        var random = new Random(seed);
        var betas = Enumerable.Range(0, assets).Select(_ => 0.5 + random.NextDouble()).ToArray();
        var volatilities = Enumerable.Range(0, assets).Select(_ => 0.05 + (0.3 * random.NextDouble())).ToArray();
        var covariance = new SymmetricMatrix(assets);
        for (var t = 0; t < observations; t++)
        {
            var market = Gaussian(random) * 0.15;
            var returns = volatilities.Select((volatility, i) => (betas[i] * market) + (volatility * Gaussian(random))).ToArray();
            for (var i = 0; i < assets; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    covariance[i, j] += returns[i] * returns[j] / observations;
                }
            }
        }

        return ([.. betas.Select(beta => (0.05 * beta) + (0.05 * Gaussian(random)))], covariance);
    }

    public static double[] Filled(int count, double value) => [.. Enumerable.Repeat(value, count)];

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
