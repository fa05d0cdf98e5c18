using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>
/// Reduced-cost fixing by the relaxation: a state of a trade under which the bound, at the same multipliers, reaches the best plan is ruled out.
/// On the way it sees which trades are left to decide.
/// </summary>
internal sealed class Elimination(SearchProblem problem, TradeRanges ranges, LagrangianRelaxation relaxation, PriceMaster master)
{
    // Below this the mixture is of one mind about a trade.
    private const double LeastDoubt = 1e-6;

    private readonly TradeState[] _done = new TradeState[problem.TradeCount];
    private readonly List<Decision> _undecided = [];

    /// <summary>States ruled out by the last <see cref="Run"/>.</summary>
    public int Closed { get; private set; }

    /// <summary>The least bound of what the last <see cref="Run"/> ruled out; infinite where it ruled nothing out that is possible.</summary>
    public double LeastClosed { get; private set; }

    /// <summary>The trades that the mixture leaves undecided and that have more than one state left.</summary>
    public IReadOnlyList<Decision> Undecided => _undecided;

    /// <param name="bound">The bound that the relaxation worked out last.</param>
    /// <param name="cutoff">What reaches this is ruled out.</param>
    /// <param name="isOfAll">Whether all trades are looked at, or only those that the mixture leaves undecided.</param>
    /// <returns>False where some trade has no state left: there is no better plan here.</returns>
    public bool Run(double bound, double cutoff, bool isOfAll)
    {
        (Closed, LeastClosed) = (0, double.PositiveInfinity);
        _undecided.Clear();
        relaxation.States(_done);
        for (var trade = 0; trade < problem.TradeCount; trade++)
        {
            var isInDoubt = master.Doubt(trade) > LeastDoubt;
            if (ranges.CountStates(trade) < 2 || !(isOfAll || isInDoubt))
            {
                continue;
            }

            var decision = new Decision(trade, Bound(trade, TradeState.Off, bound, cutoff), Bound(trade, TradeState.Buy, bound, cutoff), Bound(trade, TradeState.Sell, bound, cutoff));
            var left = ranges.CountStates(trade);
            if (left == 0)
            {
                return false;
            }

            if (left > 1 && isInDoubt)
            {
                _undecided.Add(decision);
            }
        }

        return true;
    }

    private double Bound(int trade, TradeState state, double bound, double cutoff)
    {
        if (!ranges.Has(trade, state))
        {
            return double.PositiveInfinity;
        }

        // What the relaxation does by itself costs it nothing more.
        var reached = _done[trade] == state ? bound : bound + relaxation.Rise(trade, state, cutoff - bound);
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
