using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Weights;

/// <summary>Target weight by asset; what is left to 1 is the cash target.</summary>
public sealed record TargetWeights
{
    private TargetWeights(SortedDictionary<string, decimal> weights) => ByAsset = weights;

    public SortedDictionary<string, decimal> ByAsset { get; }

    /// <summary>Share that stays in cash.</summary>
    public decimal Cash => 1 - ByAsset.Values.Sum();

    /// <exception cref="WeightException">A weight is negative or they add up to more than 1.</exception>
    public static TargetWeights Create(IEnumerable<KeyValuePair<string, decimal>> weights)
    {
        var byAsset = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (asset, weight) in weights)
        {
            if (weight < 0)
            {
                throw new WeightException($"the weight of {asset} is {DecimalText.Format(weight)}; give a weight from 0 to 1");
            }

            byAsset.Add(asset, weight);
        }

        var sum = byAsset.Values.Sum();
        return sum <= 1
            ? new TargetWeights(byAsset)
            : throw new WeightException($"the weights add up to {DecimalText.Format(sum)}; they may add up to at most 1, the rest is cash");
    }

    /// <summary>
    /// Moves only a share of the way from the targets used last to the new ones, so that noisy estimates do not cause trading.
    /// </summary>
    /// <param name="share">1 takes the new targets as they are; 0.25 moves a quarter of the way.</param>
    public TargetWeights SmoothedFrom(TargetWeights? previous, decimal share)
    {
        if (share is <= 0 or > 1)
        {
            throw new WeightException($"smoothing is {DecimalText.Format(share)}; give a share above 0 and at most 1");
        }

        if (previous is null || share == 1)
        {
            return this;
        }

        return Create(ByAsset.Keys.Union(previous.ByAsset.Keys).Select(asset =>
        {
            var before = previous.ByAsset.GetValueOrDefault(asset);
            return KeyValuePair.Create(asset, before + (share * (ByAsset.GetValueOrDefault(asset) - before)));
        }));
    }
}

/// <summary>Target weights cannot be made; the message says why and what to do.</summary>
public class WeightException(string message) : Exception(message);

/// <summary>No weights meet what is asked; the message names the constraint, asset or period responsible.</summary>
public sealed class InfeasibleWeightsException(string message) : WeightException(message);
