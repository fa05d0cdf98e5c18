using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>How much every side may trade where it trades; narrower than the problem's once something is known of the better plans.</summary>
/// <param name="Least">Smallest value of an order, by side.</param>
/// <param name="Most">Largest value, by side; 0 where the side is closed.</param>
/// <param name="MustTrade">By trade: one of its sides does trade.</param>
internal sealed record TradeRanges(double[] Least, double[] Most, bool[] MustTrade)
{
    public static TradeRanges Of(SearchProblem problem) =>
        new([.. problem.Most.Select((_, side) => problem.Least[side / 2])], [.. problem.Most], new bool[problem.TradeCount]);
}
