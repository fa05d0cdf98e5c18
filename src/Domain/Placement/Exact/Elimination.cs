using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>A trade to decide, with what no plan is below in each state; infinite where the state is ruled out.</summary>
internal readonly record struct Decision(int Trade, double Off, double Buy, double Sell)
{
    public double Least => Math.Min(Off, Math.Min(Buy, Sell));

    public double Bound(TradeState state) => state switch
    {
        TradeState.Off => Off,
        TradeState.Buy => Buy,
        _ => Sell,
    };
}

/// <summary>
/// Reduced-cost fixing by the relaxation: a state of a trade under which the bound, at the same multipliers, reaches the best plan is ruled out.
/// On the way it sees which trade is best decided next.
/// </summary>
internal sealed class Elimination(SearchProblem problem, TradeRanges ranges, LagrangianRelaxation relaxation, PriceMaster master)
{
    /// <summary>States ruled out by the last <see cref="Run"/>.</summary>
    public int Closed { get; private set; }

    /// <summary>The least bound of what the last <see cref="Run"/> ruled out; infinite where it ruled nothing out that is possible.</summary>
    public double LeastClosed { get; private set; }

    /// <summary>The trade to decide next; null where every trade is decided or the solutions agree on all.</summary>
    public Decision? Next { get; private set; }

    /// <param name="bound">The bound that the relaxation worked out last.</param>
    /// <param name="cutoff">What reaches this is ruled out.</param>
    /// <returns>False where some trade has no state left: there is no better plan here.</returns>
    public bool Run(double bound, double cutoff)
    {
        (Closed, LeastClosed, Next) = (0, double.PositiveInfinity, null);
        var best = 0.0;
        for (var trade = 0; trade < problem.TradeCount; trade++)
        {
            if (StatesOf(trade) < 2)
            {
                continue;
            }

            var decision = new Decision(trade, Bound(trade, TradeState.Off, bound, cutoff), Bound(trade, TradeState.Buy, bound, cutoff), Bound(trade, TradeState.Sell, bound, cutoff));
            var left = StatesOf(trade);
            if (left == 0)
            {
                return false;
            }

            // What costs something either way tells most.
            var score = left > 1 ? master.Doubt(trade) * (1 + Math.Max(0, decision.Least - bound)) : 0;
            if (score > best)
            {
                (best, Next) = (score, decision);
            }
        }

        return true;
    }

    private int StatesOf(int trade) =>
        (ranges.Has(trade, TradeState.Off) ? 1 : 0) + (ranges.Has(trade, TradeState.Buy) ? 1 : 0) + (ranges.Has(trade, TradeState.Sell) ? 1 : 0);

    private double Bound(int trade, TradeState state, double bound, double cutoff)
    {
        if (!ranges.Has(trade, state))
        {
            return double.PositiveInfinity;
        }

        var reached = bound + relaxation.Rise(trade, state, cutoff - bound);
        if (reached >= cutoff)
        {
            ranges.Close(trade, state);
            LeastClosed = Math.Min(LeastClosed, reached);
            Closed++;
            return double.PositiveInfinity;
        }

        return reached;
    }
}
