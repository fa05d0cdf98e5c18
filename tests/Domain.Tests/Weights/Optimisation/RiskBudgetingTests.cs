using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class RiskBudgetingTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(400)]
    public void Solve_RandomBudgets_RiskContributionsEqualThem(int assets)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var (_, covariance) = Instances.Random(assets, seed);
            var random = new Random(seed);
            var budgets = Enumerable.Range(0, assets).Select(_ => 0.1 + random.NextDouble()).ToArray();
            var total = budgets.Sum();
            budgets = [.. budgets.Select(budget => budget / total)];

            var weights = RiskBudgeting.Solve(covariance, budgets);

            weights.Sum().ShouldBe(1, 1e-12);
            weights.Min().ShouldBeGreaterThan(0);
            var product = covariance.Times(weights);
            var variance = covariance.Quadratic(weights);
            weights.Select((weight, i) => Math.Abs((weight * product[i] / variance) - budgets[i])).Max().ShouldBeLessThan(1e-10);
        }
    }

    [Fact]
    public void Solve_TwoUncorrelatedAssets_WeighsByInverseVolatility()
    {
        var covariance = new SymmetricMatrix(2) { [0, 0] = 0.04, [1, 1] = 0.01 };

        RiskBudgeting.Solve(covariance, [0.5, 0.5])[0].ShouldBe(1.0 / 3, 1e-12);
    }

    [Fact]
    public void Solve_AssetWithoutVariance_NamesIt() =>
        Should.Throw<WeightException>(() => RiskBudgeting.Solve(new SymmetricMatrix(2) { [0, 0] = 1 }, [0.5, 0.5])).Message.ShouldContain("number 2");
}
