using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>
/// Highest μ'w − γw'w at a volatility of at most the target. With γ the portfolios are no longer those of one frontier: each multiplier θ of the
/// limit has its own, min θw'Σw + γw'w − μ'w, and the volatility falls with θ until the limit is met.
/// </summary>
internal static class RegularisedRiskTarget
{
    private const int MostDoublings = 120;
    private const double RelativePrecision = 1e-15;

    /// <param name="leastVolatile">Weights that meet the target, by which it is known to be within reach.</param>
    public static double[] Solve(OptimisationProblem problem, double target, double[] leastVolatile)
    {
        var unlimited = At(problem, 0);
        if (Volatility(problem, unlimited) <= target)
        {
            return unlimited;
        }

        var low = 0.0;
        var high = Math.Max(problem.Means.Max(Math.Abs), problem.Constraints.L2) / (problem.Covariance.Trace / problem.Means.Length);
        for (var doubling = 0; Volatility(problem, At(problem, high)) > target; doubling++, low = high, high *= 4)
        {
            // The target is the least volatility itself, which only an infinite θ reaches.
            if (doubling == MostDoublings)
            {
                return leastVolatile;
            }
        }

        while (high - low > RelativePrecision * high)
        {
            var middle = (low + high) / 2;
            (low, high) = Volatility(problem, At(problem, middle)) > target ? (middle, high) : (low, middle);
        }

        return At(problem, high);
    }

    private static double[] At(OptimisationProblem problem, double theta)
    {
        var hessian = problem.Covariance.Scaled(theta).WithRidge(problem.Constraints.L2);
        return FrontierBuilder.Build(problem.Assets, problem.Means, hessian, problem.Constraints with { L2 = 0 }).MaximumUtility(2);
    }

    private static double Volatility(OptimisationProblem problem, double[] weights) => Math.Sqrt(Math.Max(0, problem.Covariance.Quadratic(weights)));
}
