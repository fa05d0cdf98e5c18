using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class CriticalLineTests
{
    [Theory]
    [InlineData(2, 0.0, 1.0)]
    [InlineData(5, 0.0, 1.0)]
    [InlineData(20, 0.0, 0.2)]
    [InlineData(20, -0.1, 0.4)]
    [InlineData(100, 0.0, 1.0)]
    [InlineData(100, 0.001, 0.05)]
    [InlineData(400, 0.0, 1.0)]
    public void Trace_EveryTurningPoint_MeetsTheOptimalityConditions(int assets, double lower, double upper)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var (means, covariance) = Instances.Random(assets, seed);
            var points = CriticalLine.Trace(means, covariance, Instances.Filled(assets, lower), Instances.Filled(assets, upper));

            points[^1].Lambda.ShouldBe(0);
            foreach (var point in points)
            {
                KktResidual(means, covariance, point, lower, upper).ShouldBeLessThan(1e-8);
                point.Weights.Sum().ShouldBe(1, 1e-9);
            }

            points.Zip(points.Skip(1)).ShouldAllBe(pair => pair.First.Lambda >= pair.Second.Lambda);
        }
    }

    [Fact]
    public void Trace_CovarianceScaled_GivesTheSameWeights()
    {
        var (means, covariance) = Instances.Random(30, 3);
        var (lower, upper) = (Instances.Filled(30, 0), Instances.Filled(30, 1));
        var points = CriticalLine.Trace(means, covariance, lower, upper);

        foreach (var scale in new[] { 1e-6, 1e6 })
        {
            var scaled = CriticalLine.Trace(means, covariance.Scaled(scale), lower, upper);
            Difference(points[^1].Weights, scaled[^1].Weights).ShouldBeLessThan(1e-9);
            Difference(points[points.Count / 2].Weights, scaled[points.Count / 2].Weights).ShouldBeLessThan(1e-9);
        }
    }

    [Fact]
    public void Trace_SingularCovariance_StillEndsAtAMinimum()
    {
        var (means, covariance) = Instances.Singular(60, 20, 5);
        var points = CriticalLine.Trace(means, covariance, Instances.Filled(60, 0), Instances.Filled(60, 1));

        KktResidual(means, covariance, points[^1], 0, 1).ShouldBeLessThan(1e-8);
    }

    [Fact]
    public void Trace_BoundsThatCannotAddUp_SaysSo() =>
        Should.Throw<WeightException>(() => CriticalLine.Trace([0.1, 0.2], new SymmetricMatrix(2).WithRidge(1), [0, 0], [0.4, 0.4]))
            .Message.ShouldContain("0.8 at most");

    /// <summary>The largest violation of stationarity, relative to the scale of the gradient.</summary>
    private static double KktResidual(double[] means, SymmetricMatrix covariance, TurningPoint point, double lower, double upper)
    {
        var gradient = covariance.Times(point.Weights).Select((value, i) => value - (point.Lambda * means[i])).ToArray();

        // A singular covariance may allow no risk at all; then the gradient vanishes and gives no scale.
        var scale = Math.Max(gradient.Max(Math.Abs), covariance.Trace / means.Length);
        var free = Enumerable.Range(0, means.Length).Where(i => point.Weights[i] > lower + 1e-9 && point.Weights[i] < upper - 1e-9).ToArray();
        var atLower = Enumerable.Range(0, means.Length).Where(i => point.Weights[i] <= lower + 1e-9).ToArray();
        var atUpper = Enumerable.Range(0, means.Length).Where(i => point.Weights[i] >= upper - 1e-9).ToArray();
        var highest = free.Concat(atUpper).Select(i => gradient[i]).DefaultIfEmpty(double.NegativeInfinity).Max();
        var lowest = free.Concat(atLower).Select(i => gradient[i]).DefaultIfEmpty(double.PositiveInfinity).Min();

        // Optimal when nothing that may go down has a higher gradient than anything that may go up.
        return Math.Max(0, highest - lowest) / scale;
    }

    private static double Difference(double[] left, double[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
}
