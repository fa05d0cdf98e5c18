namespace Rebalancer.Domain.Common;

/// <summary>The side of a trade, as seen from the asset that its market trades.</summary>
public enum TradeSide
{
    Buy,
    Sell,
}
