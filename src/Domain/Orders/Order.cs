using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Orders;

/// <summary>What made an order smaller than its intent.</summary>
public enum SizeLimit
{
    None,

    /// <summary>Largest order of the market or the settings; the rest follows in further orders.</summary>
    Maximum,

    Cash,

    Holding,
}

/// <summary>Worst case an order may take out of the account.</summary>
public sealed record Reservation(string Asset, decimal Amount);

/// <summary>One intent and what has become of it: at most one order at the venue, ever.</summary>
public sealed record Order
{
    public required string IntentId { get; init; }

    /// <summary>Intent of the plan this one works; itself for the first.</summary>
    public required string RootIntentId { get; init; }

    public required string DecisionId { get; init; }

    public required string ClientOrderId { get; init; }

    public required MarketId Market { get; init; }

    public required TradeSide Side { get; init; }

    /// <summary>Intended, in units of the asset.</summary>
    public required decimal Quantity { get; init; }

    public required decimal ReferencePrice { get; init; }

    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>No permit before this moment (slices, retries).</summary>
    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    public OrderState State { get; init; } = OrderState.Planned;

    /// <summary>Why it is where it is; null when nothing need be said.</summary>
    public string? Reason { get; init; }

    /// <summary>The venue's code of a reject.</summary>
    public string? RejectCode { get; init; }

    /// <summary>As permitted; at most <see cref="Quantity"/>; null before the permit.</summary>
    public decimal? ArmedQuantity { get; init; }

    public SizeLimit SizeLimit { get; init; }

    public OrderType Type { get; init; } = OrderType.Limit;

    public decimal? LimitPrice { get; init; }

    /// <summary>As sent.</summary>
    public TimeInForce TimeInForce { get; init; }

    public DateTimeOffset? ArmedAt { get; init; }

    /// <summary>After it the request must not start.</summary>
    public DateTimeOffset? SendBy { get; init; }

    public DateTimeOffset? UnknownSince { get; init; }

    public string? VenueOrderId { get; init; }

    /// <summary>Sum of booked fills; never falls.</summary>
    public decimal Filled { get; init; }

    /// <summary>Σ quantity × price of booked fills, in quote currency.</summary>
    public decimal FilledNotional { get; init; }

    public int Fills { get; init; }

    public ImmutableSortedDictionary<string, decimal> Fees { get; init; } = ImmutableSortedDictionary<string, decimal>.Empty;

    /// <summary>Null once balances reflect the order's end.</summary>
    public Reservation? Reservation { get; init; }

    /// <summary>How much of the order <see cref="Reservation"/> covers; null before the permit, and in snapshots older than this member.</summary>
    public decimal? ReservedQuantity { get; init; }

    [JsonIgnore]
    public bool IsTerminal => OrderTransitions.IsTerminal(State);

    [JsonIgnore]
    public bool MayBeLive => OrderTransitions.MayBeLive(State);

    [JsonIgnore]
    public decimal AveragePrice => Filled == 0 ? 0 : FilledNotional / Filled;

    /// <summary>What may still be filled.</summary>
    [JsonIgnore]
    public decimal OpenQuantity => Math.Max(0, (ArmedQuantity ?? Quantity) - Filled);

    [JsonIgnore]
    public bool IsOverfilled => Filled > (ArmedQuantity ?? 0);

    public bool Touches(string asset) => Market.Asset == asset || Market.Quote == asset;

    /// <summary>The order in its next state.</summary>
    /// <exception cref="InvalidOperationException">The table of transitions forbids it: the journal or a decision is wrong.</exception>
    public Order To(OrderState next, DateTimeOffset at, string? reason)
    {
        if (!OrderTransitions.IsAllowed(State, next))
        {
            throw new InvalidOperationException(
                $"order {IntentId}: expected a state after {State} ({string.Join(", ", OrderTransitions.Allowed(State))}), was {next}");
        }

        var moved = this with { State = next, ChangedAt = at, Reason = reason };
        return next switch
        {
            OrderState.Unknown => moved with { UnknownSince = at },

            // Nothing can have moved at the venue, so there is nothing to wait for in the balances.
            OrderState.Denied or OrderState.NotSent or OrderState.NeverArrived => moved with { Reservation = null },
            OrderState.Rejected when Filled == 0 => moved with { Reservation = null },
            OrderState.Expired when ArmedAt is null => moved with { Reservation = null },
            _ => moved,
        };
    }

    /// <summary>Books a fill in whatever state: nothing the venue did is ever dropped. The caller has excluded duplicates.</summary>
    public Order Book(VenueFill fill, DateTimeOffset at)
    {
        var booked = this with
        {
            Filled = Filled + fill.Quantity,
            FilledNotional = FilledNotional + (fill.Quantity * fill.Price),
            Fills = Fills + 1,
            Fees = fill.Fee == 0 ? Fees : Fees.SetItem(fill.FeeAsset, Fees.GetValueOrDefault(fill.FeeAsset) + fill.Fee),
            VenueOrderId = VenueOrderId ?? fill.VenueOrderId,
            ChangedAt = at,
        };
        return IsTerminal || State == OrderState.Planned ? booked
            : booked.Filled >= ArmedQuantity ? booked.To(OrderState.Filled, at, null)
            : State == OrderState.CancelArmed ? booked // The cancel is still under way; going back would forget it.
            : booked.To(OrderState.PartiallyFilled, at, null);
    }
}
