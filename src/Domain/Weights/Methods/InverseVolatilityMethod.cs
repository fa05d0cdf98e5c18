namespace Rebalancer.Domain.Weights.Methods;

/// <summary>Weights in proportion to 1/σ.</summary>
internal sealed class InverseVolatilityMethod : IOptimisationMethod
{
    public string Name => "inverse-volatility";

    public bool TakesConstraints => false;

    public double[] Optimise(OptimisationProblem problem)
    {
        var inverse = problem.Assets.Select((asset, i) => problem.Covariance[i, i] > 0
            ? 1 / Math.Sqrt(problem.Covariance[i, i])
            : throw new WeightException($"{asset} has no volatility, so its inverse has no meaning; leave it out")).ToArray();
        var total = inverse.Sum();
        return [.. inverse.Select(value => value / total * problem.Constraints.Sum)];
    }
}
