using System.Collections.Immutable;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>Permits remembered for the rate budget.</summary>
    private const int PermitsRemembered = 200;

    /// <summary>The state after an event; the same when replayed.</summary>
    /// <exception cref="InvalidOperationException">The event contradicts the state: the journal is damaged or a decision is wrong.</exception>
    public Account Evolve(AccountEvent accountEvent)
    {
        var next = accountEvent switch
        {
            OrderEvent orderEvent => EvolveOrder(orderEvent),
            AccountOpened e => this with { Id = e.AccountId, Venue = e.Venue, Kind = e.Kind, OpenedAt = e.At },
            BalancesReported e => AfterReading(e),
            ExecutionAccepted e => this with { Executions = Executions.Add(e.Plan.DecisionId, e.Plan) },
            IntentsPlanned e => this with
            {
                Orders = Orders.AddRange(e.Orders.Select(order => KeyValuePair.Create(order.IntentId, order))),
                IntentsByClientId = IntentsByClientId.AddRange(
                    e.Orders.Select(order => KeyValuePair.Create(order.ClientOrderId, order.IntentId))),
            },
            ForeignFillObserved e => AfterFill(e.Fill, e.At).AfterStrays(e.Fill.ClientOrderId is { } id && ClientOrderId.IsOurs(id) ? [id] : [], e.Fill.At),
            FillCursorAdvanced e => this with { FillCursor = e.Cursor },
            TransferObserved e => AfterTransfer(e),
            TransferExplained e => Seen(e.TransferId, e.At, e.VenueAt),
            AccountHalted e => this with { TradingState = TradingState.Halted, TradingStateReason = $"{e.Who}: {e.Why}" },
            AccountReducing e => OnlyReducing(e).AfterStrays(e.Strays ?? [], e.At),
            AccountResumed => this with
            {
                TradingState = TradingState.Active, TradingStateReason = null, Paused = false, PauseReason = null, StaleAccepted = false,
            },
            AccountPaused e => this with { Paused = true, PauseReason = $"{e.Who}: {e.Why}", StaleAccepted = e.AcceptStale },
            ExecutionFinished e => this with
            {
                Executions = Executions.SetItem(e.DecisionId, Executions[e.DecisionId] with { CompletedAt = e.At }),
            },
            HistoryForgotten e => Forget(e.Before),
            _ => throw new InvalidOperationException($"account {Id}: no rule applies event {accountEvent.GetType().Name}"),
        };
        return next with { Revision = Revision + 1 };
    }

    public static Account Replay(IEnumerable<AccountEvent> events) => events.Aggregate(Empty, (state, e) => state.Evolve(e));

    private Account EvolveOrder(OrderEvent orderEvent)
    {
        if (!Orders.TryGetValue(orderEvent.IntentId, out var order))
        {
            throw new InvalidOperationException($"account {Id}: {orderEvent.GetType().Name} names intent {orderEvent.IntentId}, which is not planned");
        }

        var at = orderEvent.At;
        return orderEvent switch
        {
            OrderArmed e => With(Arm(order, e)) with { RecentPermits = Remember(at) },
            OrderDenied e => With(order.To(OrderState.Denied, at, $"{e.Gate}: {e.Reason}")),
            OrderAcknowledged e => With(order.To(order.Filled > 0 ? OrderState.PartiallyFilled : OrderState.Working, at, null)
                with { VenueOrderId = e.VenueOrderId }),
            OrderRejected e => With(order.To(OrderState.Rejected, at, e.Reason) with { RejectCode = e.Code }),
            OrderNotSent e => With(order.To(OrderState.NotSent, at, e.Reason)),
            OrderOutcomeUnknown e => With(order.To(OrderState.Unknown, at, e.Reason)),
            FillBooked e => AfterFill(e.Fill, at).With(order.Book(e.Fill, at)),
            OrderCancelArmed e => With(order.To(OrderState.CancelArmed, at, e.Reason)),
            OrderCancelRefused => With(order.To(order.Filled > 0 ? OrderState.PartiallyFilled : OrderState.Working, at, "cancel refused")),
            OrderCancelled e => Moved(order, at).With(order.To(OrderState.Cancelled, at, e.Reason)),
            OrderExpired e => (order.ArmedAt is null ? this : Moved(order, at)).With(order.To(OrderState.Expired, at, e.Reason)),
            OrderNeverArrived e => With(order.To(OrderState.NeverArrived, at, e.Evidence)),
            OrderQuarantined e => With(order.To(OrderState.Quarantined, at, e.Reason)),
            OrderResolved e => Moved(order, at).With(order.To(e.Outcome, at, $"{e.Who}: {e.Why}")),
            ReservationReduced e => With(order with { Reservation = e.Remaining, ReservedQuantity = e.Quantity }),
            ReservationReleased => With(order with { Reservation = null }),
            _ => throw new InvalidOperationException($"account {Id}: no rule applies event {orderEvent.GetType().Name}"),
        };
    }

    private Account With(Order order) => this with { Orders = Orders.SetItem(order.IntentId, order) };

    private static Order Arm(Order order, OrderArmed e) => order.To(OrderState.SendArmed, e.At, null) with
    {
        Type = e.Request.Type, ArmedQuantity = e.Request.Quantity, LimitPrice = e.Request.LimitPrice, TimeInForce = e.Request.TimeInForce, SizeLimit = e.SizeLimit,
        Reservation = e.Reservation, ReservedQuantity = e.Request.Quantity, ArmedAt = e.At, SendBy = e.SendBy,
    };

    private ImmutableArray<DateTimeOffset> Remember(DateTimeOffset permit) =>
        (RecentPermits.Length < PermitsRemembered ? RecentPermits : RecentPermits.RemoveRange(0, RecentPermits.Length - PermitsRemembered + 1)).Add(permit);

    private Account AfterReading(BalancesReported e)
    {
        var next = this with
        {
            BalancesAt = e.At, Balances = [.. e.Balances.OrderBy(balance => balance.Asset, StringComparer.Ordinal)],
        };
        foreach (var asset in e.Matched)
        {
            next = next with
            {
                Expected = next.Expected.SetItem(asset, next.BalanceOf(asset)?.Total ?? 0),
                BookingsSinceMatch = next.BookingsSinceMatch.Remove(asset),
            };
        }

        return next;
    }

    private Account AfterFill(VenueFill fill, DateTimeOffset at)
    {
        var sign = fill.Side == TradeSide.Buy ? 1 : -1;
        return Booked(fill.Market.Asset, sign * fill.Quantity, at)
            .Booked(fill.Market.Quote, -sign * fill.Quantity * fill.Price, at)
            .Booked(fill.FeeAsset, -fill.Fee, at) with { SeenFills = SeenFills.SetItem(FillKey(fill), fill.At) };
    }

    private Account Booked(string asset, decimal amount, DateTimeOffset at) => amount == 0 ? this : this with
    {
        Expected = Expected.SetItem(asset, DecimalText.Normalise(Expected.GetValueOrDefault(asset) + amount)),
        BookingsSinceMatch = BookingsSinceMatch.SetItem(asset, BookingsSinceMatch.GetValueOrDefault(asset) + 1),
        LastMoves = LastMoves.SetItem(asset, at),
    };

    private Account Moved(Order order, DateTimeOffset at) => this with
    {
        LastMoves = LastMoves.SetItem(order.Market.Asset, at).SetItem(order.Market.Quote, at),
    };

    private Account Forget(DateTimeOffset before)
    {
        var ended = Orders.Values.Where(order => IsForgettable(order, before)).ToList();
        var remaining = Orders.RemoveRange(ended.Select(order => order.IntentId));
        var needed = remaining.Values.Select(order => order.DecisionId).ToHashSet();
        return this with
        {
            ForgottenBefore = before,
            Orders = remaining,
            IntentsByClientId = IntentsByClientId.RemoveRange(ended.Select(order => order.ClientOrderId)),
            SeenFills = SeenFills.RemoveRange(SeenFills.Where(seen => seen.Value < before).Select(seen => seen.Key)),
            SeenTransfers = SeenTransfers.RemoveRange(SeenTransfers.Where(seen => seen.Value < before).Select(seen => seen.Key)),
            Executions = Executions.RemoveRange(Executions.Values
                .Where(plan => plan.CompletedAt < before && !needed.Contains(plan.DecisionId)).Select(plan => plan.DecisionId)),
        };
    }

    private Account OnlyReducing(AccountReducing e) => TradingState == TradingState.Halted ? this
        : this with { TradingState = TradingState.Reducing, TradingStateReason = $"{e.Who}: {e.Why}" };

    private Account AfterStrays(IReadOnlyList<string> ids, DateTimeOffset at) =>
        this with { StrayIds = StrayIds.SetItems(ids.Where(id => !IntentsByClientId.ContainsKey(id)).Select(id => KeyValuePair.Create(id, at))) };

    private bool IsForgettable(Order order, DateTimeOffset before) =>
        order.IsTerminal && order.ChangedAt < before && order.Reservation is null
        && Executions.GetValueOrDefault(order.DecisionId)?.CompletedAt is not null;
}
