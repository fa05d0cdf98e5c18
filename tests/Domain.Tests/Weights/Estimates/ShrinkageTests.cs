using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Estimates;

/// <summary>Against the papers' sums written out day by day, and against scikit-learn's published code.</summary>
public sealed class ShrinkageTests
{
    [Fact]
    public void ConstantVariance_SmallExample_IsWhatScikitLearnGives() => ShouldBe(
        Shrinkage.ConstantVariance(Histories.Small), 1e-17,
        [1.1456731077104533e-04],
        [-1.7900970593998082e-05, 9.0640050697577090e-05],
        [1.1996985882561449e-05, -2.0202523956083552e-05, 9.1902013531377586e-05]);

    [Fact]
    public void OracleApproximating_SmallExample_IsWhatScikitLearnGives() => ShouldBe(
        Shrinkage.OracleApproximating(Histories.Small), 1e-17,
        [1.0355040068393492e-04],
        [-5.2028019456880145e-06, 9.6596096468332056e-05],
        [3.4868467698120301e-06, -5.8717336244193313e-06, 9.6962877847733047e-05]);

    [Fact]
    public void ConstantVariance_RandomReturns_FollowsThePaper()
    {
        var returns = Histories.Random(6, 40, 1);
        var (size, days) = (6, 40);
        var (sample, x) = Moments(returns, 0);
        var mean = Enumerable.Range(0, size).Average(i => sample[i, i]);

        // d² = ‖S − mI‖² / p and b² = Σₜ ‖xₜxₜ' − S‖² / (p T²), at most d².
        var distance = Pairs(size).Sum(p => Math.Pow(sample[p.I, p.J] - (p.I == p.J ? mean : 0), 2)) / size;
        var error = Enumerable.Range(0, days).Sum(t => Pairs(size).Sum(p => Math.Pow((x[p.I][t] * x[p.J][t]) - sample[p.I, p.J], 2))) / size / days / days;
        var intensity = Math.Min(error, distance) / distance;

        ShouldBeBlend(Shrinkage.ConstantVariance(returns), sample, (i, j) => i == j ? mean : 0, intensity);
    }

    [Fact]
    public void SingleFactor_RandomReturns_FollowsThePaper()
    {
        var returns = Histories.Random(5, 60, 2);
        var (size, days) = (5, 60);
        var (s, x) = Moments(returns, 0);
        var market = Enumerable.Range(0, days).Select(t => x.Average(column => column[t])).ToArray();
        var with = x.Select(column => Histories.Covariance(column, market, days)).ToArray();
        var own = Histories.Covariance(market, market, days);
        double Target(int i, int j) => i == j ? s[i, i] : with[i] * with[j] / own;

        var pi = Pairs(size).Sum(p => Enumerable.Range(0, days).Average(t => Math.Pow((x[p.I][t] * x[p.J][t]) - s[p.I, p.J], 2)));
        var gamma = Pairs(size).Sum(p => Math.Pow(s[p.I, p.J] - Target(p.I, p.J), 2));
        var rho = Pairs(size).Sum(p => p.I == p.J
            ? Enumerable.Range(0, days).Average(t => Math.Pow((x[p.I][t] * x[p.I][t]) - s[p.I, p.I], 2))
            : Enumerable.Range(0, days).Average(t =>
                (((with[p.J] * own * x[p.I][t]) + (with[p.I] * own * x[p.J][t]) - (with[p.I] * with[p.J] * market[t])) / own / own * market[t] * x[p.I][t] * x[p.J][t])
                - (Target(p.I, p.J) * s[p.I, p.J])));
        var intensity = Math.Clamp((pi - rho) / gamma / days, 0, 1);

        intensity.ShouldBeInRange(0.01, 0.99);
        ShouldBeBlend(Shrinkage.SingleFactor(returns), s, Target, intensity);
    }

    [Fact]
    public void ConstantCorrelation_RandomReturns_FollowsThePaper()
    {
        var returns = Histories.Random(5, 60, 3);
        var (size, days) = (5, 60);
        var (s, x) = Moments(returns, 1);
        double Correlation(int i, int j) => s[i, j] / Math.Sqrt(s[i, i] * s[j, j]);
        var mean = Pairs(size).Where(p => p.I != p.J).Average(p => Correlation(p.I, p.J));
        double Target(int i, int j) => i == j ? s[i, i] : mean * Math.Sqrt(s[i, i] * s[j, j]);
        double Theta(int k, int i, int j) => Enumerable.Range(0, days).Average(t => ((x[k][t] * x[k][t]) - s[k, k]) * ((x[i][t] * x[j][t]) - s[i, j]));

        var pi = Pairs(size).Sum(p => Enumerable.Range(0, days).Average(t => Math.Pow((x[p.I][t] * x[p.J][t]) - s[p.I, p.J], 2)));
        var gamma = Pairs(size).Sum(p => Math.Pow(s[p.I, p.J] - Target(p.I, p.J), 2));
        var rho = Pairs(size).Sum(p => p.I == p.J
            ? Theta(p.I, p.I, p.I)
            : mean / 2 * ((Math.Sqrt(s[p.J, p.J] / s[p.I, p.I]) * Theta(p.I, p.I, p.J)) + (Math.Sqrt(s[p.I, p.I] / s[p.J, p.J]) * Theta(p.J, p.I, p.J))));
        var intensity = Math.Clamp((pi - rho) / gamma / days, 0, 1);

        intensity.ShouldBeInRange(0.01, 0.99);
        ShouldBeBlend(Shrinkage.ConstantCorrelation(returns), s, Target, intensity);
    }

    private static (double[,] Sample, double[][] Centred) Moments(ReturnTable returns, int ddof)
    {
        var size = returns.Assets.Count;
        var sample = new double[size, size];
        foreach (var (i, j) in Pairs(size))
        {
            sample[i, j] = Histories.Covariance(Histories.Column(returns, i), Histories.Column(returns, j), returns.Count - ddof);
        }

        return (sample, [.. Enumerable.Range(0, size).Select(i => Histories.Centred(returns, i))]);
    }

    private static IEnumerable<(int I, int J)> Pairs(int size) =>
        from i in Enumerable.Range(0, size)
        from j in Enumerable.Range(0, size)
        select (i, j);

    private static void ShouldBeBlend(SymmetricMatrix actual, double[,] sample, Func<int, int, double> target, double intensity)
    {
        foreach (var (i, j) in Pairs(actual.Size))
        {
            actual[i, j].ShouldBe(((1 - intensity) * sample[i, j]) + (intensity * target(i, j)), 1e-16);
        }
    }

    private static void ShouldBe(SymmetricMatrix actual, double tolerance, params double[][] rows)
    {
        foreach (var (i, row) in rows.Index())
        {
            foreach (var (j, value) in row.Index())
            {
                actual[i, j].ShouldBe(value, tolerance);
            }
        }
    }
}
