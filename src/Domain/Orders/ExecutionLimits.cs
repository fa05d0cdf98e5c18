using System.Collections.Immutable;

namespace Rebalancer.Domain.Orders;

/// <summary>
/// What the settings allow an account at the decision, in the portfolio's base currency, and the decision's prices to hold orders against it.
/// They travel with the decision: what it was made under is what its orders are judged by.
/// </summary>
/// <param name="Prices">Value of one unit of every priced asset and currency, the base currency's 1 included.</param>
/// <param name="MaxOrder">Largest order; null is none, as for the others.</param>
/// <param name="MaxDaily">Largest sum of what is bought and sold within a day.</param>
/// <param name="MaxByAsset">Largest worst-case value by asset: what is held and everything live filled.</param>
/// <param name="MaxHoldings">Largest worst-case value of all holdings.</param>
public sealed record ExecutionLimits(
    ImmutableSortedDictionary<string, decimal> Prices, decimal? MaxOrder, decimal? MaxDaily, ImmutableSortedDictionary<string, decimal> MaxByAsset,
    decimal? MaxHoldings)
{
    /// <summary>Base currency's worth of one unit.</summary>
    /// <exception cref="InvalidOperationException">The decision priced no such thing; an absent price is never zero or one.</exception>
    public decimal PriceOf(string asset) => Prices.TryGetValue(asset, out var price) && price > 0
        ? price
        : throw new InvalidOperationException($"the decision has no price of {asset}");
}
