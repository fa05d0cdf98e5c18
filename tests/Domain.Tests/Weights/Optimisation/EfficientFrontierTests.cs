using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class EfficientFrontierTests
{
    [Fact]
    public void ConstrainedFrontier_BoundsOnly_IsTheCriticalLine()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var (means, covariance) = Instances.Random(15, seed);
            var bounded = CriticalLine.Trace(means, covariance, Instances.Filled(15, 0), Instances.Filled(15, 0.3));
            var general = General(means, covariance, 0.3, []);

            var (left, right) = (new EfficientFrontier(means, covariance, bounded), new EfficientFrontier(means, covariance, general));
            foreach (var aversion in new[] { 0.1, 1.0, 3, 10, 100 })
            {
                Difference(left.MaximumUtility(aversion), right.MaximumUtility(aversion)).ShouldBeLessThan(1e-7);
            }

            Difference(left.MaximumSharpe(0.0).ShouldNotBeNull(), right.MaximumSharpe(0.0).ShouldNotBeNull()).ShouldBeLessThan(1e-7);
        }
    }

    [Fact]
    public void MaximumSharpe_NoNeighbourIsBetter()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var (means, covariance) = Instances.Random(25, seed);
            var frontier = new EfficientFrontier(
                means, covariance, CriticalLine.Trace(means, covariance, Instances.Filled(25, 0), Instances.Filled(25, 0.25)));
            double Sharpe(double[] weights) => (frontier.ReturnOf(weights) - 0.02) / frontier.VolatilityOf(weights);
            var best = frontier.MaximumSharpe(0.02).ShouldNotBeNull();

            frontier.EvenlySpaced(500).Max(Sharpe).ShouldBeLessThanOrEqualTo(Sharpe(best) + 1e-12);
        }
    }

    [Fact]
    public void AtReturnAndAtVolatility_AreInverse()
    {
        var (means, covariance) = Instances.Random(25, 2);
        var frontier = new EfficientFrontier(means, covariance, CriticalLine.Trace(means, covariance, Instances.Filled(25, 0), Instances.Filled(25, 1)));
        foreach (var weights in frontier.EvenlySpaced(40))
        {
            var again = frontier.AtVolatility(frontier.VolatilityOf(weights)).ShouldNotBeNull();
            frontier.ReturnOf(again).ShouldBe(frontier.ReturnOf(weights), 1e-8);
        }

        frontier.AtReturn(frontier.ReturnOf(frontier.HighestReturn) + 0.001).ShouldBeNull();
        frontier.AtVolatility(frontier.VolatilityOf(frontier.MinimumVolatility) - 0.001).ShouldBeNull();
    }

    [Fact]
    public void MaximumSharpe_NothingBeatsTheRiskFreeRate_IsNull()
    {
        var (means, covariance) = Instances.Random(5, 2);
        var frontier = new EfficientFrontier(means, covariance, CriticalLine.Trace(means, covariance, Instances.Filled(5, 0), Instances.Filled(5, 1)));

        frontier.MaximumSharpe(means.Max() + 0.01).ShouldBeNull();
    }

    private static IReadOnlyList<TurningPoint> General(double[] means, SymmetricMatrix covariance, double upper, LinearConstraint[] more)
    {
        var assets = Enumerable.Range(0, means.Length).ToArray();
        return new ConstrainedFrontier(
            means, covariance, [new LinearConstraint("sum", assets, Instances.Filled(assets.Length, 1), 1)],
            [
                .. assets.Select(i => LinearConstraint.Bound($"{i} from 0", i, 1, 0)),
                .. assets.Select(i => LinearConstraint.Bound($"{i} to {upper}", i, -1, -upper)),
                .. more,
            ],
            _ => null).Trace();
    }

    private static double Difference(double[] left, double[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
}
