namespace Rebalancer.Domain.Placement.Facts;

/// <summary>What it is worth to hold an asset in one kind of account rather than another, as a share of the value moved.</summary>
internal static class LocationPreference
{
    private const decimal BasisPoint = 0.0001m;

    /// <summary>Paid on what is bought here, gained on what is sold here.</summary>
    public static decimal Of(Portfolio portfolio, TradeOption option) =>
        portfolio.Accounts[option.AccountIndex].Kind is { } kind && portfolio.Problem.Location.TryGetValue(option.Asset, out var byKind)
            ? byKind.GetValueOrDefault(kind) * BasisPoint
            : 0;
}
