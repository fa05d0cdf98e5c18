namespace Rebalancer.Domain.Placement;

/// <summary>How many lots each trade option buys and sells: what the stages hand to one another.</summary>
internal sealed class TradeSizes(int options)
{
    public decimal[] Buys { get; } = new decimal[options];

    public decimal[] Sells { get; } = new decimal[options];

    public int Count => Buys.Count(lots => lots > 0) + Sells.Count(lots => lots > 0);
}
