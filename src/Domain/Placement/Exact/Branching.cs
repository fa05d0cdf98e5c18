using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>
/// Chooses the trade to decide next: the one whose states are expected to raise the bound most, all of them. What is expected is what was seen
/// before; of the best candidates that were seen too seldom, every state is tried for a few rounds first.
/// </summary>
/// <param name="climb">The best bound of the ranges that a few rounds find.</param>
/// <param name="isTrying">False where too few nodes will follow for trying to pay.</param>
/// <remarks>Achterberg, Koch and Martin (2005), Branching rules revisited: reliability branching, with the product of the rises for a score.</remarks>
internal sealed class Branching(TradeRanges ranges, PriceMaster master, PseudoCosts costs, Func<double> climb, bool isTrying)
{
    // Measured on portfolios of 10 to 20 accounts: half or twice as much of either is worse by a tenth at most.
    private const int MostCandidates = 8;
    private const int SeenEnough = 4;

    // Of what is open: a rise below this does not count, so that a state without any leaves the others their say.
    private const double LeastShareOfRise = 1e-6;

    /// <param name="candidates">Trades with two states or more.</param>
    /// <param name="deadline">Ends the trials early: eight candidates cost as much as a node, or several.</param>
    /// <returns>The choice with all that is known of its bounds; null where there is no candidate.</returns>
    public Decision? Choose(IReadOnlyList<Decision> candidates, double bound, double cutoff, IDeadline? deadline)
    {
        if (candidates.Count == 0)
        {
            return null;
        }

        double Score(Decision candidate) => ScoreOf(candidate, bound, LeastShareOfRise * (cutoff - bound));
        return isTrying
            ? candidates.OrderByDescending(Score).Take(MostCandidates).ToList().Select(candidate => Tried(candidate, bound, cutoff, deadline)).MaxBy(Score)
            : candidates.MaxBy(Score);
    }

    /// <summary>The product of the two smallest rises, so that no state is left as good as it was.</summary>
    private double ScoreOf(Decision candidate, double bound, double leastRise)
    {
        var (least, next) = (double.PositiveInfinity, double.PositiveInfinity);
        foreach (var state in ranges.StatesOf(candidate.Trade))
        {
            var expected = costs.Rise(candidate.Trade, state, master.Share(candidate.Trade, state));
            var rise = Math.Max(leastRise, Math.Max(candidate.Bound(state) - bound, expected));
            (least, next) = rise < least ? (rise, least) : (least, Math.Min(next, rise));
        }

        return least * next;
    }

    private Decision Tried(Decision candidate, double bound, double cutoff, IDeadline? deadline)
    {
        var before = ranges.Copy();
        foreach (var state in before.StatesOf(candidate.Trade).Where(state => costs.Seen(candidate.Trade, state) < SeenEnough))
        {
            if (deadline is { HasPassed: true })
            {
                break;
            }

            ranges.Decide(candidate.Trade, state);
            var reached = Math.Max(climb(), candidate.Bound(state));
            costs.Learn(candidate.Trade, state, master.Share(candidate.Trade, state), Math.Max(0, Math.Min(reached, cutoff) - bound));
            candidate = candidate.With(state, reached);
            ranges.Load(before);
        }

        return candidate;
    }
}
