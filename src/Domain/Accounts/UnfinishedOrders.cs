using System.Collections.Immutable;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>
/// The few orders that may still change or still reserve, among all that are watched: picked out once for each state of an account's
/// orders, because every look at the account asks for them and a watch of days keeps hundreds that are over.
/// </summary>
internal sealed class UnfinishedOrders(ImmutableSortedDictionary<string, Order> orders) : IEquatable<UnfinishedOrders>
{
    public static UnfinishedOrders None { get; } = new(ImmutableSortedDictionary<string, Order>.Empty);

    /// <summary>By intent id.</summary>
    public IReadOnlyList<Order> All => Picked.Unfinished;

    /// <summary>When the first of the others last changed; the end of time when there are none.</summary>
    public DateTimeOffset OldestEnd => Picked.OldestEnd;

    private ImmutableSortedDictionary<string, Order> Orders => orders;

    private Pick Picked => field ??= new Pick(
        [.. orders.Values.Where(IsUnfinished)],
        orders.Values.Where(order => !IsUnfinished(order)).Select(order => order.ChangedAt).DefaultIfEmpty(DateTimeOffset.MaxValue).Min());

    /// <summary>Says nothing that the orders do not say: it makes no two accounts differ that have the same ones.</summary>
    public bool Equals(UnfinishedOrders? other) => other is not null && ReferenceEquals(orders, other.Orders);

    public override bool Equals(object? obj) => Equals(obj as UnfinishedOrders);

    public override int GetHashCode() => orders.GetHashCode();

    private static bool IsUnfinished(Order order) => !order.IsTerminal || order.Reservation is not null;

    private sealed record Pick(IReadOnlyList<Order> Unfinished, DateTimeOffset OldestEnd);
}
