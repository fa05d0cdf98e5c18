using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class DualActiveSetTests
{
    [Fact]
    public void Solve_LongOnlyMinimumVariance_AgreesWithTheCriticalLine()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (means, covariance) = Instances.Random(30, seed);
            var expected = CriticalLine.Trace(means, covariance, Instances.Filled(30, 0), Instances.Filled(30, 0.2))[^1].Weights;

            var solution = DualActiveSet.Solve(MinimumVariance(covariance, 0.2, []));

            solution.Conflict.ShouldBeNull();
            solution.Point.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-9);
        }
    }

    [Fact]
    public void Solve_GroupLimit_HoldsAndItsMultiplierIsItsPrice()
    {
        var (_, covariance) = Instances.Random(20, 1);
        QuadraticProgram Limited(double level) =>
            MinimumVariance(covariance, 1, [new LinearConstraint("first five at least", [0, 1, 2, 3, 4], [1, 1, 1, 1, 1], level)]);

        var solution = DualActiveSet.Solve(Limited(0.9));
        var tighter = DualActiveSet.Solve(Limited(0.9001));

        solution.Point.Take(5).Sum().ShouldBe(0.9, 1e-10);
        var slope = (covariance.Quadratic(tighter.Point) - covariance.Quadratic(solution.Point)) / 2 / 0.0001;
        solution.Multipliers[^1].ShouldBe(slope, 1e-3 * slope);
    }

    [Fact]
    public void Solve_ConstraintsThatExcludeEachOther_NamesThem()
    {
        var (_, covariance) = Instances.Random(6, 1);
        var atLeast = new LinearConstraint("pair at least 0.6", [0, 1], [1, 1], 0.6);
        var atMost = new LinearConstraint("first at most 0.1", [0], [-1], -0.1);
        var other = new LinearConstraint("second at most 0.2", [1], [-1], -0.2);

        var solution = DualActiveSet.Solve(MinimumVariance(covariance, 1, [atLeast, atMost, other]));

        solution.Conflict.ShouldNotBeNull();
        solution.Conflict.ShouldContain(atLeast);
        solution.Conflict.ShouldContain(atMost);
        solution.Conflict.ShouldContain(other);
    }

    private static QuadraticProgram MinimumVariance(SymmetricMatrix covariance, double upper, LinearConstraint[] more)
    {
        var assets = Enumerable.Range(0, covariance.Size).ToArray();
        return new QuadraticProgram(
            covariance, new double[assets.Length],
            [new LinearConstraint("sum", assets, Instances.Filled(assets.Length, 1), 1)],
            [
                .. assets.Select(i => LinearConstraint.Bound($"{i} from 0", i, 1, 0)),
                .. assets.Select(i => LinearConstraint.Bound($"{i} to {upper}", i, -1, -upper)),
                .. more,
            ]);
    }
}
