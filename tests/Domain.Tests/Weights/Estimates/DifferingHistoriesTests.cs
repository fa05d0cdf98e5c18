using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Estimates;

/// <summary>Where histories differ, every figure is over days that exist: no missing return becomes a number.</summary>
public sealed class DifferingHistoriesTests
{
    private static readonly double Missing = double.NaN;

    [Fact]
    public void PairwiseCorrelation_OfDifferingHistories_IsOverTheDaysBothHave()
    {
        // Over the last three days y is twice x; x's wild first days are none of the pair's business.
        var returns = Table([0.5, -0.5, 0.01, 0.02, -0.03], [Missing, Missing, 0.02, 0.04, -0.06]);

        var correlation = SampleCovariance.PairwiseCorrelation(returns);

        correlation[1, 0].ShouldBe(1, 1e-12);
        correlation[0, 0].ShouldBe(1);
    }

    [Fact]
    public void Semi_OfAMissingReturn_CountsNoShortfall()
    {
        var returns = Table([-0.10, -0.20, 0.05, 0.10], [Missing, -0.10, 0.10, Missing]);

        var covariance = RiskModels.Estimate(RiskModel.Semi, returns, new RiskOptions(Frequency: 1, Benchmark: 0.01), []);

        // Shortfalls below 1 % of the second asset: none, 0.11, none, none; the divisor is all four days.
        covariance[1, 1].ShouldBe(0.11 * 0.11 / 4, 1e-15);
        covariance[1, 0].ShouldBe(0.21 * 0.11 / 4, 1e-15);
    }

    [Fact]
    public void Run_HrpOfDifferingHistories_ClustersByTheCorrelationOfCommonDays()
    {
        double[] common = [0.01, -0.02, 0.015, -0.01, 0.02, -0.005];
        double[] other = [-0.01, -0.01, 0.02, 0.01, 0.015, -0.02];
        var returns = Table(
            [0.3, -0.3, .. common],
            [0.001, 0.002, .. other],
            [Missing, Missing, .. common.Select(value => value * 0.9)]);

        var result = Optimiser.Run(new OptimisationRequest { Method = "hrp" }, returns, new NoSolver());

        var covariance = SampleCovariance.Pairwise(returns);
        var expected = HierarchicalRiskParity.Solve(covariance, SampleCovariance.PairwiseCorrelation(returns), LinkageMethod.Single);
        result.Weights.Zip(expected, (weight, wanted) => Math.Abs(weight - wanted)).Max().ShouldBeLessThan(1e-12);
        var apart = HierarchicalRiskParity.Solve(covariance, null, LinkageMethod.Single);
        Math.Abs(result.Weights[0] - apart[0]).ShouldBeGreaterThan(1e-3, "the covariance's own correlations put the twins apart");
        result.Warnings.ShouldContain(warning => warning.Contains("the days both assets have"));
    }

    private static ReturnTable Table(params double[][] columns) => new(
        [.. columns.Select((_, index) => $"A{index}")],
        [.. columns[0].Select((_, day) => new DateOnly(2026, 1, 1).AddDays(day))],
        columns);

    private sealed class NoSolver : IMilpSolver
    {
        public MilpSolution Solve(MilpProblem problem, MilpLimits limits) => throw new SolverUnavailableException("none is needed");
    }
}
