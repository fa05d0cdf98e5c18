using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>A trade to decide, with what no plan is below in each state; infinite where the state is ruled out.</summary>
internal readonly record struct Decision(int Trade, double Off, double Buy, double Sell)
{
    public double Bound(TradeState state) => state switch
    {
        TradeState.Off => Off,
        TradeState.Buy => Buy,
        _ => Sell,
    };

    public Decision With(TradeState state, double bound) => state switch
    {
        TradeState.Off => this with { Off = bound },
        TradeState.Buy => this with { Buy = bound },
        _ => this with { Sell = bound },
    };
}
