using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>A part of all plans that may hold a better one than the best so far.</summary>
/// <param name="Ranges">What its plans may trade.</param>
/// <param name="Bound">No plan in it is below this.</param>
/// <param name="Distance">
/// From the bound to the cutoff when all trades were last looked at for states to rule out; infinite where they never were.
/// </param>
/// <param name="Decided">What was decided to come here; null for the first node and where an amount was split.</param>
internal sealed record OpenNode(TradeRanges Ranges, double Bound, double Distance, DecidedTrade? Decided);

/// <param name="Share">Of the state in the mixture that left the trade undecided.</param>
/// <param name="From">The bound before.</param>
internal sealed record DecidedTrade(int Trade, TradeState State, double Share, double From);
