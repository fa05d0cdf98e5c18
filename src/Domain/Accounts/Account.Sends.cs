using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>What the sender reports. An answer later than the evidence adds nothing unless it contradicts it.</summary>
    public IReadOnlyList<AccountEvent> ReportSend(string intentId, SendOutcome outcome, DateTimeOffset now)
    {
        if (!Orders.TryGetValue(intentId, out var order))
        {
            return [];
        }

        var mayBeOpen = order.State is OrderState.SendArmed or OrderState.Unknown or OrderState.Quarantined;
        return outcome switch
        {
            SendOutcome.Acknowledged acknowledged when mayBeOpen =>
                [new OrderAcknowledged(now, intentId, acknowledged.Order.VenueOrderId)],
            SendOutcome.Acknowledged when order.State is OrderState.NeverArrived or OrderState.NotSent or OrderState.Rejected =>
                TradingState == TradingState.Halted ? []
                    : [new AccountHalted(now, "send", $"order {intentId} was {order.State} but the venue acknowledged it")],
            SendOutcome.Rejected rejected when mayBeOpen && order.Filled == 0 =>
                [new OrderRejected(now, intentId, rejected.Code, rejected.Reason)],
            SendOutcome.NotSent notSent when order.State == OrderState.SendArmed => [new OrderNotSent(now, intentId, notSent.Reason)],
            SendOutcome.Ambiguous ambiguous when order.State == OrderState.SendArmed =>
                [new OrderOutcomeUnknown(now, intentId, ambiguous.Reason)],
            _ => [],
        };
    }

    /// <summary>Arms a cancel of a live order; empty when there is nothing to cancel, or it is armed already.</summary>
    public IReadOnlyList<AccountEvent> RequestCancel(string intentId, string reason, DateTimeOffset now) =>
        Orders.GetValueOrDefault(intentId)?.State is OrderState.Working or OrderState.PartiallyFilled
            ? [new OrderCancelArmed(now, intentId, reason)]
            : [];

    /// <summary>Only a refusal changes anything; "accepted" and "not found" are not "cancelled", evidence decides.</summary>
    public IReadOnlyList<AccountEvent> ReportCancel(string intentId, CancelOutcome outcome, DateTimeOffset now) =>
        outcome == CancelOutcome.Refused && Orders.GetValueOrDefault(intentId)?.State == OrderState.CancelArmed
            ? [new OrderCancelRefused(now, intentId)]
            : [];

    /// <summary>An operator ends a quarantined order; what it filled is booked from fills alone, so "filled" is no answer here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The outcome is not one an operator can know.</exception>
    public IReadOnlyList<AccountEvent> Resolve(string intentId, OrderState outcome, string who, string why, DateTimeOffset now)
    {
        if (outcome is not (OrderState.Cancelled or OrderState.NeverArrived))
        {
            throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "expected Cancelled or NeverArrived");
        }

        return Orders.GetValueOrDefault(intentId)?.State == OrderState.Quarantined ? [new OrderResolved(now, intentId, outcome, who, why)] : [];
    }

    /// <summary>After a restart: what may have been sent is Unknown; what was only planned is provably unsent and never goes out on old data.</summary>
    public IReadOnlyList<AccountEvent> AfterRestart(DateTimeOffset now)
    {
        const string reason = "the service restarted before the outcome was known";
        return
        [
            .. _unfinished.All.Where(order => order.State == OrderState.SendArmed)
                .Select(order => new OrderOutcomeUnknown(now, order.IntentId, reason)),
            .. _unfinished.All.Where(order => order.State == OrderState.Planned)
                .Select(order => new OrderExpired(now, order.IntentId, "planned before a restart and never sent")),
        ];
    }

    /// <summary>What time alone brings about: unanswered sends, quarantine, reservations reduced and released, forgotten history.</summary>
    public IReadOnlyList<AccountEvent> Tick(Circumstances circumstances)
    {
        var (now, timings) = (circumstances.Now, circumstances.Policy.Timings);
        var events = new List<AccountEvent>();
        foreach (var order in _unfinished.All)
        {
            if (order.State == OrderState.SendArmed && now > order.SendBy + timings.EvidenceInterval)
            {
                events.Add(new OrderOutcomeUnknown(now, order.IntentId, "no outcome by the send deadline"));
            }
            else if (order.State == OrderState.Unknown && now - order.UnknownSince >= timings.QuarantineAfter)
            {
                events.Add(new OrderQuarantined(now, order.IntentId, $"unknown for {timings.QuarantineAfter.TotalMinutes:0.##} min"));
            }
            else if (order is { IsTerminal: true, Reservation: not null } && IsReflected(order, circumstances))
            {
                events.Add(new ReservationReleased(now, order.IntentId));
            }
            else if (order is { MayBeLive: true, Filled: > 0 } && IsReflected(order, circumstances) && Remainder(order, circumstances) is { } remaining)
            {
                events.Add(new ReservationReduced(now, order.IntentId, remaining, order.OpenQuantity));
            }
        }

        // Nobody works these any more: a decision ended while they were quarantined, and one of them came back.
        events.AddRange(_unfinished.All
            .Where(order => order.State is OrderState.Working or OrderState.PartiallyFilled && Executions.GetValueOrDefault(order.DecisionId) is not { CompletedAt: null })
            .SelectMany(order => RequestCancel(order.IntentId, "its decision is over", now)));

        // A whole watch late, so that forgetting comes in rare batches.
        var due = now - (2 * timings.RetiredWatch);
        if (_unfinished.OldestEnd < due && Orders.Values.Any(order => IsForgettable(order, due)))
        {
            events.Add(new HistoryForgotten(now, now - timings.RetiredWatch));
        }

        return events;
    }

    private bool IsReflected(Order order, Circumstances circumstances) =>
        circumstances.Readings.BalancesReadAt >= order.ChangedAt + circumstances.Policy.Timings.SettleDelay
        && AgreesWithBooks(order.Reservation!.Asset);
}
