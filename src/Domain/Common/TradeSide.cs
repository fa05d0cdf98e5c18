namespace Rebalancer.Domain.Common;

public enum TradeSide
{
    Buy,
    Sell,
}
