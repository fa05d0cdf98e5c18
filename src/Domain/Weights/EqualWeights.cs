namespace Rebalancer.Domain.Weights;

/// <summary>The same weight for every asset (1/N), adding up to exactly 1.</summary>
public sealed class EqualWeights : IWeightMethod
{
    // 1/7 rounded up seven times is more than 1; rounding down at this many decimals and giving the first asset the crumbs keeps the sum exact.
    private const int Decimals = 18;

    public string Name => "equal";

    public TargetWeights Compute(WeightRequest request)
    {
        var assets = request.Assets.Count > 0 ? request.Assets : [.. request.Weights.Keys];
        if (assets.Count == 0)
        {
            throw new WeightException("targets of method equal need assets; give \"assets\": [\"BTC\", \"VTI\"]");
        }

        var sorted = assets.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var share = Math.Round(1m / sorted.Count, Decimals, MidpointRounding.ToZero);
        return TargetWeights.Create(sorted.Select((asset, index) =>
            KeyValuePair.Create(asset, index == 0 ? 1 - (share * (sorted.Count - 1)) : share)));
    }
}
