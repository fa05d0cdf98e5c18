using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Domain.Tests.Weights.Estimates;

/// <summary>Return tables for tests, and the moments of them the slow way.</summary>
internal static class Histories
{
    public const double Missing = double.NaN;

    /// <summary>Eight days of three assets; scikit-learn's results on them are in the tests.</summary>
    public static readonly ReturnTable Small = Table(
        [0.011, -0.021, 0.006, 0.017, -0.009, 0.002, 0.013, -0.005],
        [-0.004, 0.013, 0.009, -0.008, 0.004, -0.015, 0.006, 0.001],
        [0.007, 0.002, -0.012, 0.020, -0.003, 0.010, -0.001, 0.004]);

    public static ReturnTable Table(params double[][] columns) => new(
        [.. columns.Select((_, index) => $"A{index}")],
        [.. columns[0].Select((_, day) => new DateOnly(2026, 1, 1).AddDays(day))],
        columns);

    public static ReturnTable Random(int assets, int days, int seed, double missing = 0)
    {
        var random = new Random(seed);
        var market = Enumerable.Range(0, days).Select(_ => 0.02 * (random.NextDouble() - 0.5)).ToArray();
        return Table([.. Enumerable.Range(0, assets).Select(asset => market
            .Select(value => random.NextDouble() < missing ? Missing : 0.0005 + ((0.5 + (0.1 * asset)) * value) + (0.03 * (random.NextDouble() - 0.5))).ToArray())]);
    }

    /// <summary>(1 / divisor) Σₜ (xᵢₜ − x̄ᵢ)(xⱼₜ − x̄ⱼ).</summary>
    public static double Covariance(IReadOnlyList<double> x, IReadOnlyList<double> y, double divisor) =>
        x.Zip(y, (a, b) => (a - x.Average()) * (b - y.Average())).Sum() / divisor;

    public static double[] Column(ReturnTable returns, int asset) => returns.Column(asset).ToArray();

    public static double[] Centred(ReturnTable returns, int asset) => [.. Column(returns, asset).Select(value => value - Column(returns, asset).Average())];
}
