namespace Rebalancer.Domain.Placement.Positions;

/// <summary>One line of a broker's list of positions; money in the base currency.</summary>
/// <param name="UnrealisedGain">The broker's FifoPnlUnrealized; null where the file has no such column or cell.</param>
public sealed record BrokerPosition(string Account, string Symbol, decimal Value, decimal Price, decimal? UnrealisedGain)
{
    private const decimal HalfCent = 0.005m;

    // Far more digits than a share has, and few enough that a product with a price is not rounded.
    private const int Decimals = 14;

    /// <summary>
    /// Value divided by price; a whole number when that explains the value to the cent, because brokers round values and not shares.
    /// </summary>
    public decimal Quantity
    {
        get
        {
            var whole = Math.Round(Value / Price);
            return Math.Abs((whole * Price) - Value) <= HalfCent ? whole : Math.Round(Value / Price, Decimals);
        }
    }
}
