namespace Rebalancer.Domain.Placement.Facts;

/// <summary>What it is worth to hold an asset in one kind of account rather than another, as a share of the value moved.</summary>
internal static class LocationPreference
{
    private const decimal BasisPoint = 0.0001m;

    /// <summary>Paid on what is bought here, gained on what is sold here.</summary>
    public static decimal Of(Portfolio portfolio, TradeOption option) =>
        portfolio.Accounts[option.AccountIndex].Kind is { } kind && ByKind(portfolio.Problem, option.Asset) is { } byKind
            ? byKind.GetValueOrDefault(kind) * BasisPoint
            : 0;

    /// <summary>A ticker without a preference of its own takes that of the target it meets.</summary>
    private static SortedDictionary<string, decimal>? ByKind(PlacementProblem problem, string asset) =>
        problem.Location.GetValueOrDefault(asset)
        ?? problem.Replacements.Where(set => set.Value.Contains(asset, StringComparer.Ordinal)).Select(set => problem.Location.GetValueOrDefault(set.Key)).FirstOrDefault();
}
