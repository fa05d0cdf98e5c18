namespace Rebalancer.Domain.Portfolios;

/// <summary>Distances between weights and targets.</summary>
public static class Drift
{
    /// <summary>Σ|weight − target| / 2 with cash as one more asset: the share of the value that is in the wrong place.</summary>
    public static double Of(SortedDictionary<string, decimal> weights, SortedDictionary<string, decimal> targets)
    {
        var assets = weights.Keys.Union(targets.Keys).ToList();
        var off = assets.Sum(asset => Math.Abs(weights.GetValueOrDefault(asset) - targets.GetValueOrDefault(asset)));
        var cash = Math.Abs(targets.Values.Sum() - weights.Values.Sum());
        return (double)((off + cash) / 2);
    }

    /// <summary>Half-width of an asset's band: min(absolute, relative × target).</summary>
    public static decimal BandOf(BandSettings bands, string asset, decimal target)
    {
        var own = bands.Assets.GetValueOrDefault(asset);
        return Math.Min(own?.Absolute ?? bands.Absolute, (own?.Relative ?? bands.Relative) * target);
    }

    /// <summary>Every asset with its weight, target and band, in order of name.</summary>
    public static IReadOnlyList<AssetDrift> ByAsset(
        BandSettings bands, SortedDictionary<string, decimal> weights, SortedDictionary<string, decimal> targets) =>
        [.. weights.Keys.Union(targets.Keys).Order(StringComparer.Ordinal).Select(asset =>
        {
            var target = targets.GetValueOrDefault(asset);
            return new AssetDrift(asset, weights.GetValueOrDefault(asset), target, BandOf(bands, asset, target));
        })];

    /// <summary>
    /// The weights a decision aims at. To the target: every target. To the edge or half way: assets outside their band move there, those
    /// inside keep their weight, the rest is cash.
    /// </summary>
    public static SortedDictionary<string, decimal> Aim(RebalanceTo rebalanceTo, IReadOnlyList<AssetDrift> assets)
    {
        var aim = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var asset in assets)
        {
            var distance = rebalanceTo switch
            {
                RebalanceTo.BandEdge => asset.Band,
                RebalanceTo.HalfBand => asset.Band / 2,
                _ => 0,
            };
            aim[asset.Asset] = rebalanceTo == RebalanceTo.Target
                ? asset.Target
                : asset.IsOut ? asset.Target + (Math.Sign(asset.Weight - asset.Target) * distance) : asset.Weight;
        }

        return ShedExcess(aim, assets);
    }

    /// <summary>
    /// Raising some assets to their edge while the others keep their weight can ask for more than there is. The excess comes from the assets
    /// above their target, in proportion to how far; since targets add up to at most 1, none is pushed below its target.
    /// </summary>
    private static SortedDictionary<string, decimal> ShedExcess(SortedDictionary<string, decimal> aim, IReadOnlyList<AssetDrift> assets)
    {
        var excess = aim.Values.Sum() - 1;
        if (excess <= 0)
        {
            return aim;
        }

        var above = assets.Sum(asset => Math.Max(0, aim[asset.Asset] - asset.Target));
        foreach (var asset in assets.Where(asset => aim[asset.Asset] > asset.Target))
        {
            // Rounded down to 18 decimals: the sum must not exceed 1 by the last digit of a division.
            var share = aim[asset.Asset] - ((aim[asset.Asset] - asset.Target) * excess / above);
            aim[asset.Asset] = Math.Round(share, 18, MidpointRounding.ToZero);
        }

        return aim;
    }
}

/// <param name="Band">Half-width.</param>
public sealed record AssetDrift(string Asset, decimal Weight, decimal Target, decimal Band)
{
    public bool IsOut => Math.Abs(Weight - Target) > Band;
}
