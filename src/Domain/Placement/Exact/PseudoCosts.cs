using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>What deciding a trade has raised the bound by, for every unit of share that the mixture gave to other states.</summary>
/// <remarks>Bénichou et al. (1971), Experiments in mixed-integer linear programming.</remarks>
internal sealed class PseudoCosts(int trades)
{
    // A mixture that had the state almost whole tells little of what a whole unit is worth.
    private const double LeastDistance = 0.05;

    private readonly (double Sum, int Count)[] _seen = new (double, int)[trades * TradeRanges.Decisions.Length];
    private double _sum;
    private int _count;

    /// <summary>How often this was seen.</summary>
    public int Seen(int trade, TradeState state) => _seen[Index(trade, state)].Count;

    /// <param name="share">Of the state in the mixture before.</param>
    /// <param name="rise">Of the bound.</param>
    public void Learn(int trade, TradeState state, double share, double rise)
    {
        var unit = rise / Math.Max(LeastDistance, 1 - share);
        ref var seen = ref _seen[Index(trade, state)];
        seen = (seen.Sum + unit, seen.Count + 1);
        (_sum, _count) = (_sum + unit, _count + 1);
    }

    /// <summary>The rise to expect: the mean of what was seen, with the mean of all trades as one more.</summary>
    public double Rise(int trade, TradeState state, double share)
    {
        var (sum, count) = _seen[Index(trade, state)];
        var ofAll = _count > 0 ? _sum / _count : 0;
        return (sum + ofAll) / (count + 1) * (1 - share);
    }

    // Free, which nothing is decided to be, comes before the decisions.
    private static int Index(int trade, TradeState state) => (trade * TradeRanges.Decisions.Length) + (state - TradeState.Off);
}
