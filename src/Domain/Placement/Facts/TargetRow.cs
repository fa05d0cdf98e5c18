namespace Rebalancer.Domain.Placement.Facts;

/// <summary>
/// One line of the deviation: an asset, a replacement set or a look-through component, with its target. Values are in base currency.
/// </summary>
internal sealed record TargetRow(string Name, decimal Weight, decimal TargetValue, decimal ValueBefore)
{
    /// <summary>How much is missing; negative where there is too much.</summary>
    public decimal Gap => TargetValue - ValueBefore;
}

/// <summary>What share of an asset's value counts in a row.</summary>
internal readonly record struct Exposure(int Row, decimal Share);
