using System.Collections.Immutable;
using static Rebalancer.Domain.Orders.OrderState;

namespace Rebalancer.Domain.Orders;

/// <summary>Which state may follow which. A late fill is no transition: it is booked in every terminal state and halts the account.</summary>
public static class OrderTransitions
{
    private static readonly ImmutableSortedDictionary<OrderState, ImmutableArray<OrderState>> Table =
        new SortedDictionary<OrderState, ImmutableArray<OrderState>>
        {
            [Planned] = [Denied, Expired, SendArmed],
            [SendArmed] = [Working, PartiallyFilled, Filled, Cancelled, Expired, Rejected, NotSent, Unknown],
            [Unknown] = [Working, PartiallyFilled, Filled, Cancelled, Expired, Rejected, NeverArrived, Quarantined],
            [Working] = [PartiallyFilled, Filled, Cancelled, Expired, Rejected, CancelArmed, Unknown],
            [PartiallyFilled] = [PartiallyFilled, Filled, Cancelled, Expired, Rejected, CancelArmed, Unknown],
            [CancelArmed] = [Cancelled, Filled, PartiallyFilled, Expired, Rejected, Working, Unknown],
            [Quarantined] = [Working, PartiallyFilled, Filled, Cancelled, Expired, Rejected, NeverArrived],
            [Denied] = [],
            [Filled] = [],
            [Cancelled] = [],
            [Expired] = [],
            [Rejected] = [],
            [NotSent] = [],
            [NeverArrived] = [],
        }.ToImmutableSortedDictionary();

    /// <summary>By number, because every look at an order asks.</summary>
    private static readonly ImmutableArray<bool> Terminal = [.. Enum.GetValues<OrderState>().Select(state => Table[state].IsEmpty)];

    /// <summary>States that may follow <paramref name="from"/>; empty for a terminal state.</summary>
    public static IReadOnlyList<OrderState> Allowed(OrderState from) => Table[from];

    public static bool IsAllowed(OrderState from, OrderState to) => Table[from].Contains(to);

    public static bool IsTerminal(OrderState state) => Terminal[(int)state];

    /// <summary>True while the venue may hold a live order: sent or possibly sent, and no proof of its end.</summary>
    public static bool MayBeLive(OrderState state) => state != Planned && !IsTerminal(state);
}
