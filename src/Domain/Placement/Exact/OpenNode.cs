using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>A part of all plans that may hold a better one than the best so far.</summary>
/// <param name="Ranges">What its plans may trade.</param>
/// <param name="At">Multipliers that are good for the part it was cut from.</param>
/// <param name="Orders">Shares of orders that were good there, see <see cref="MeanOrders"/>.</param>
/// <param name="Bound">No plan in it is below this.</param>
internal sealed record OpenNode(TradeRanges Ranges, Multipliers At, double[] Orders, double Bound);
