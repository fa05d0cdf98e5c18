using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>Something that happened to an account. The stored names are in the actors' event catalogue.</summary>
/// <param name="At">On the account actor's clock.</param>
public abstract record AccountEvent(DateTimeOffset At);

/// <summary>Something that happened to one order; one event for each legal transition.</summary>
public abstract record OrderEvent(DateTimeOffset At, string IntentId) : AccountEvent(At);

/// <summary>The stream begins.</summary>
/// <param name="Kind">exchange or broker.</param>
public sealed record AccountOpened(DateTimeOffset At, string AccountId, string Venue, string Kind) : AccountEvent(At);

/// <summary>A complete reading that differs from the one before.</summary>
/// <param name="VenueAt">When the venue took it, on the venue's clock.</param>
/// <param name="Matched">Assets whose total agreed with the books, which start afresh from it.</param>
public sealed record BalancesReported(
    DateTimeOffset At, DateTimeOffset VenueAt, IReadOnlyList<Balance> Balances, IReadOnlyList<string> Matched) : AccountEvent(At);

/// <summary>A decision's part for this account is accepted, to be worked until it expires.</summary>
public sealed record ExecutionAccepted(DateTimeOffset At, ExecutionPlan Plan) : AccountEvent(At);

/// <summary>Intents are journaled, each with its reservation; nothing is sent.</summary>
public sealed record IntentsPlanned(DateTimeOffset At, IReadOnlyList<Order> Orders) : AccountEvent(At);

/// <summary>A gate refused the intent for good.</summary>
public sealed record OrderDenied(DateTimeOffset At, string IntentId, string Gate, string Reason) : OrderEvent(At, IntentId);

/// <summary>The permit: from here the order may have been sent. Holds the worst case it may cost and what it was judged on.</summary>
/// <param name="SendBy">The request must not start after it.</param>
/// <param name="BalancesReadAt">Start of the reading of balances it relied on, as <paramref name="RulesReadAt"/> for the rules.</param>
public sealed record OrderArmed(
    DateTimeOffset At, string IntentId, OrderRequest Request, SizeLimit SizeLimit, Reservation Reservation, DateTimeOffset SendBy,
    DateTimeOffset BalancesReadAt, DateTimeOffset RulesReadAt, Quote Quote) : OrderEvent(At, IntentId);

/// <summary>The venue has the order, by its answer or by later evidence.</summary>
public sealed record OrderAcknowledged(DateTimeOffset At, string IntentId, string VenueOrderId) : OrderEvent(At, IntentId);

/// <summary>The venue proved that it will not have the order.</summary>
public sealed record OrderRejected(DateTimeOffset At, string IntentId, string Code, string Reason) : OrderEvent(At, IntentId);

/// <summary>The sender itself says that nothing was written.</summary>
public sealed record OrderNotSent(DateTimeOffset At, string IntentId, string Reason) : OrderEvent(At, IntentId);

/// <summary>It cannot be told whether the venue has the order, or has it still.</summary>
public sealed record OrderOutcomeUnknown(DateTimeOffset At, string IntentId, string Reason) : OrderEvent(At, IntentId);

/// <summary>A fill is applied to its order and marked seen, in one.</summary>
public sealed record FillBooked(DateTimeOffset At, string IntentId, VenueFill Fill) : OrderEvent(At, IntentId);

/// <summary>A cancel may have been requested.</summary>
public sealed record OrderCancelArmed(DateTimeOffset At, string IntentId, string Reason) : OrderEvent(At, IntentId);

/// <summary>The venue refused the cancel and still has the order.</summary>
public sealed record OrderCancelRefused(DateTimeOffset At, string IntentId) : OrderEvent(At, IntentId);

/// <summary>The order ended at the venue, or was dropped before it was sent, with what it had filled until then.</summary>
public sealed record OrderCancelled(DateTimeOffset At, string IntentId, string Reason) : OrderEvent(At, IntentId);

/// <summary>Never sent and too late to be, or expired at the venue.</summary>
public sealed record OrderExpired(DateTimeOffset At, string IntentId, string Reason) : OrderEvent(At, IntentId);

/// <summary>Every source denied the order often enough and long enough, and balances agree.</summary>
public sealed record OrderNeverArrived(DateTimeOffset At, string IntentId, string Evidence) : OrderEvent(At, IntentId);

/// <summary>Unknown for too long: its market is frozen and its worst case stays reserved.</summary>
public sealed record OrderQuarantined(DateTimeOffset At, string IntentId, string Reason) : OrderEvent(At, IntentId);

/// <summary>An operator says how a quarantined order ended. Its id stays watched: a fill found later is booked and halts the account.</summary>
/// <param name="Outcome">Cancelled or NeverArrived.</param>
public sealed record OrderResolved(DateTimeOffset At, string IntentId, OrderState Outcome, string Who, string Why) : OrderEvent(At, IntentId);

/// <summary>Balances read long enough after a fill reflect it: a live order reserves no more than its open remainder can take.</summary>
/// <param name="Quantity">The open remainder.</param>
public sealed record ReservationReduced(DateTimeOffset At, string IntentId, Reservation Remaining, decimal Quantity) : OrderEvent(At, IntentId);

/// <summary>Balances read long enough after the order's end reflect it.</summary>
public sealed record ReservationReleased(DateTimeOffset At, string IntentId) : OrderEvent(At, IntentId);

/// <summary>A fill of no order of ours: someone traded by hand. It changes what balances should be.</summary>
public sealed record ForeignFillObserved(DateTimeOffset At, VenueFill Fill) : AccountEvent(At);

/// <summary>Every fill before the cursor is booked.</summary>
public sealed record FillCursorAdvanced(DateTimeOffset At, string Cursor) : AccountEvent(At);

/// <summary>Money or assets came or went outside of trading.</summary>
/// <param name="TransferId">The venue's id; null when inferred from balances.</param>
/// <param name="Amount">Signed: positive arrived.</param>
/// <param name="VenueAt">As the venue dates it, which may be anything; null when inferred.</param>
public sealed record TransferObserved(
    DateTimeOffset At, string? TransferId, string Asset, decimal Amount, string Explanation, DateTimeOffset? VenueAt = null) : AccountEvent(At);

/// <summary>The venue's history names a transfer that a balance told before; the amount is booked already.</summary>
public sealed record TransferExplained(
    DateTimeOffset At, string TransferId, string Asset, decimal Amount, string Explanation, DateTimeOffset? VenueAt = null) : AccountEvent(At);

/// <summary>Nothing more is armed; cancels still work.</summary>
public sealed record AccountHalted(DateTimeOffset At, string Who, string Why) : AccountEvent(At);

/// <summary>Only orders that reduce exposure are armed until an operator resumes.</summary>
/// <param name="Strays">Client order ids of ours that the venue has shown and no intent explains, where they are why; each is told of once.</param>
public sealed record AccountReducing(DateTimeOffset At, string Who, string Why, IReadOnlyList<string>? Strays = null) : AccountEvent(At);

/// <summary>An operator lifted halt, reducing and pause, and takes unexplained differences as they are.</summary>
public sealed record AccountResumed(DateTimeOffset At, string Who, string Why) : AccountEvent(At);

/// <summary>An operator takes the account out of trading; it is still read.</summary>
/// <param name="AcceptStale">Its last balances may be used however old.</param>
public sealed record AccountPaused(DateTimeOffset At, string Who, string Why, bool AcceptStale) : AccountEvent(At);

/// <summary>Every intent of the decision is terminal or quarantined, and its portfolio told.</summary>
public sealed record ExecutionFinished(DateTimeOffset At, string DecisionId) : AccountEvent(At);

/// <summary>Ended orders, fills and transfers older than the watch leave the state; the journal keeps them.</summary>
public sealed record HistoryForgotten(DateTimeOffset At, DateTimeOffset Before) : AccountEvent(At);
