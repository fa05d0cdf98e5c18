using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class HierarchicalRiskParityTests
{
    [Theory]
    [InlineData(LinkageMethod.Single)]
    [InlineData(LinkageMethod.Complete)]
    [InlineData(LinkageMethod.Average)]
    [InlineData(LinkageMethod.Ward)]
    public void Solve_RandomInstances_EqualsTheSlowWayOfThePaper(LinkageMethod linkage)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (_, covariance) = Instances.Random(2 + (seed * 2), seed);

            var weights = HierarchicalRiskParity.Solve(covariance, null, linkage);

            var expected = PaperHierarchicalRiskParity.Solve(covariance, linkage);
            weights.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-12);
            weights.Sum().ShouldBe(1, 1e-12);
        }
    }
}
