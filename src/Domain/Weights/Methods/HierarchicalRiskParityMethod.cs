using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>Hierarchical risk parity (López de Prado 2016).</summary>
internal sealed class HierarchicalRiskParityMethod : IOptimisationMethod
{
    public string Name => "hrp";

    public bool TakesConstraints => false;

    public double[] Optimise(OptimisationProblem problem)
    {
        for (var i = 0; i < problem.Assets.Count; i++)
        {
            if (problem.Covariance[i, i] <= 0)
            {
                throw new WeightException($"{problem.Assets[i]} has no volatility, so it has no correlations; leave it out");
            }
        }

        return [.. HierarchicalRiskParity.Solve(problem.Covariance, problem.Correlation, problem.Options.Linkage).Select(weight => weight * problem.Constraints.Sum)];
    }
}
