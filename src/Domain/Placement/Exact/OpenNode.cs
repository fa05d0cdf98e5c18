using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>A part of all plans that may hold a better one than the best so far.</summary>
/// <param name="Ranges">What its plans may trade.</param>
/// <param name="Bound">No plan in it is below this.</param>
internal sealed record OpenNode(TradeRanges Ranges, double Bound);
