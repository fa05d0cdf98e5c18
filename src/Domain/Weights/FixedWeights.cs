namespace Rebalancer.Domain.Weights;

/// <summary>The weights the user wrote down.</summary>
public sealed class FixedWeights : IWeightMethod
{
    public string Name => "fixed";

    public TargetWeights Compute(WeightRequest request) => request.Weights.Count > 0
        ? TargetWeights.Create(request.Weights)
        : throw new WeightException("targets of method fixed need weights; give \"weights\": { \"ASSET\": 0.5, … }");
}
