namespace Rebalancer.Domain.Weights.Methods;

/// <summary>1/N.</summary>
internal sealed class EqualWeightMethod : IOptimisationMethod
{
    public string Name => "equal";

    public bool TakesConstraints => false;

    public double[] Optimise(OptimisationProblem problem) => [.. problem.Assets.Select(_ => problem.Constraints.Sum / problem.Assets.Count)];
}
