using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>
/// What the last decision could not bring into its band, for want of cash or a market. It causes a new decision only when it has moved on by
/// more than its band or when other markets are open; otherwise the same want would be found again and again, at the cost of tiny trades.
/// </summary>
/// <param name="Weights">Planned weight by asset, outside the asset's band.</param>
/// <param name="Markets">Where anything could be traded then, as <c>account/asset/quote</c>, in order.</param>
public sealed record OutOfReach(SortedDictionary<string, decimal> Weights, IReadOnlyList<string> Markets)
{
    public static OutOfReach Of(RebalanceDecided decided)
    {
        var weights = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var planned in decided.Plan.Assets)
        {
            var drift = decided.Assets.FirstOrDefault(asset => asset.Asset == planned.Asset);
            if (drift is not null && (drift with { Weight = (decimal)planned.After }).IsOut)
            {
                weights.Add(planned.Asset, (decimal)planned.After);
            }
        }

        return new OutOfReach(weights, MarketsOf(decided.Problem));
    }

    /// <summary>True when a decision now could do no better for the asset than the last one.</summary>
    public bool Holds(AssetDrift asset, PlacementProblem problem) =>
        Weights.TryGetValue(asset.Asset, out var left) && Math.Abs(asset.Weight - left) <= asset.Band && MarketsOf(problem).SequenceEqual(Markets);

    private static IReadOnlyList<string> MarketsOf(PlacementProblem problem) =>
    [
        .. problem.Accounts
            .SelectMany(account => account.Markets
                .Where(market => market.Allow != AllowedSides.None)
                .Select(market => $"{account.Id}/{market.Asset}/{market.Quote}"))
            .Order(StringComparer.Ordinal),
    ];
}
