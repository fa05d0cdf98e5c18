using System.Globalization;
using Rebalancer.Domain.Tests.Weights.Optimisation;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Checks;

public sealed class FrontierTests(ITestOutputHelper output)
{
    public static TheoryData<string> Kinds => [.. HardInstances.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Trace_OfHardInstances_EveryCornerIsOptimalAndTheFrontierFalls(string kind)
    {
        foreach (var size in new[] { 2, 3, 7, 20, 60, 400 })
        {
            foreach (var (lower, upper) in new[] { (0.0, 1.0), (0.0, Math.Max(0.2, 1.5 / size)), (-0.3, 0.8), (0.5 / size, Math.Min(1, 4.0 / size)) })
            {
                // Under leverage the frontier of 400 assets has thousands of corners, each of which would be checked.
                for (var seed = 0; seed < (size < 100 ? 3 : lower == 0 ? 1 : 0); seed++)
                {
                    var (means, covariance) = HardInstances.Create(kind, size, seed);
                    var points = CriticalLine.Trace(means, covariance, Instances.Filled(size, lower), Instances.Filled(size, upper));

                    // Halfway between corners, too: a corner left out would show there.
                    var between = points.Zip(points.Skip(1), (high, low) => new TurningPoint(
                        (high.Lambda + low.Lambda) / 2, [.. high.Weights.Zip(low.Weights, (a, b) => (a + b) / 2)]));
                    var worst = points.Concat(between).Max(point => Residual(means, covariance, point, lower, upper));
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}, {size} assets from {lower} to {upper}: {points.Count} corners, KKT {worst:0.0e+00}"));
                    worst.ShouldBeLessThan(1e-8);
                    points.Max(point => Math.Abs(point.Weights.Sum() - 1)).ShouldBeLessThan(1e-9);
                    var frontier = new EfficientFrontier(means, covariance, points);
                    foreach (var (higher, lowerPoint) in points.Zip(points.Skip(1)))
                    {
                        frontier.ReturnOf(higher.Weights).ShouldBeGreaterThanOrEqualTo(frontier.ReturnOf(lowerPoint.Weights) - 1e-10);
                        covariance.Quadratic(higher.Weights).ShouldBeGreaterThanOrEqualTo(covariance.Quadratic(lowerPoint.Weights) - (1e-12 * covariance.Trace / size));
                    }
                }
            }
        }
    }

    /// <summary>How much higher the gradient is of something that may go down than of something that may go up, relative to its terms.</summary>
    private static double Residual(double[] means, SymmetricMatrix covariance, TurningPoint point, double lower, double upper)
    {
        var risk = covariance.Times(point.Weights);
        var scale = Math.Max(risk.Max(Math.Abs), Math.Max(point.Lambda * means.Max(Math.Abs), covariance.Trace / means.Length));
        var (highest, lowest) = (double.NegativeInfinity, double.PositiveInfinity);
        for (var i = 0; i < means.Length; i++)
        {
            var gradient = risk[i] - (point.Lambda * means[i]);
            highest = point.Weights[i] > lower + 1e-9 ? Math.Max(highest, gradient) : highest;
            lowest = point.Weights[i] < upper - 1e-9 ? Math.Min(lowest, gradient) : lowest;
        }

        return Math.Max(0, highest - lowest) / scale;
    }
}
