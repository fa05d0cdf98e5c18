namespace Rebalancer.Domain.Weights;

/// <summary>A way to choose target weights. A further method is one file and one entry in <see cref="WeightMethods"/>.</summary>
public interface IWeightMethod
{
    /// <summary>As written in the settings: <c>fixed</c>, <c>equal</c>.</summary>
    string Name { get; }

    /// <exception cref="WeightException">The request cannot be met.</exception>
    TargetWeights Compute(WeightRequest request);
}

/// <param name="Assets">What to spread over, for methods that choose the weights themselves.</param>
/// <param name="Weights">Weights given by hand, for <c>fixed</c>.</param>
public sealed record WeightRequest(IReadOnlyList<string> Assets, SortedDictionary<string, decimal> Weights);
