using System.Collections.Immutable;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>Applies one round of evidence: fills first, then what the venue shows of each order, then what nothing shows.</summary>
    public EvidenceRound Weigh(
        OrderEvidence evidence, ImmutableSortedDictionary<string, DenialTally> denials, Circumstances circumstances)
    {
        var draft = new Draft(this);
        draft.AddRange(BookFills(evidence.Fills ?? [], null, circumstances.Now));
        var tallies = ImmutableSortedDictionary<string, DenialTally>.Empty;
        foreach (var id in Orders.Keys)
        {
            var order = draft.Account.Orders[id];
            if (SightingOf(order, evidence) is { } sighting)
            {
                draft.AddRange(draft.Account.Confront(order, sighting, evidence.AskedAt, circumstances));
            }
            else if (order.MayBeLive)
            {
                var tally = draft.Account.Denied(order, evidence, denials.GetValueOrDefault(id), circumstances);
                tallies = tally is null ? tallies : tallies.Add(id, tally);
                draft.AddRange(draft.Account.Missing(order, tally, evidence, circumstances));
            }
        }

        draft.AddRange(draft.Account.Strangers(evidence, circumstances.Now));
        return new EvidenceRound(draft.Events, tallies);
    }

    /// <summary>The venue's view of an order: an end is believed over a listing as open, which may come from a lagging replica.</summary>
    private static VenueOrder? SightingOf(Order order, OrderEvidence evidence)
    {
        var sightings = (evidence.Closed ?? []).Concat(evidence.Open ?? []).Where(seen =>
            seen.ClientOrderId == order.ClientOrderId || (order.VenueOrderId is not null && seen.VenueOrderId == order.VenueOrderId));
        if (evidence.Found.GetValueOrDefault(order.IntentId) is { } found)
        {
            sightings = sightings.Prepend(found);
        }

        return sightings.OrderBy(seen => seen.Status == VenueOrderStatus.Open).FirstOrDefault();
    }

    /// <summary>What an order's state becomes on seeing it at the venue. Nothing goes backwards on older data.</summary>
    private IReadOnlyList<AccountEvent> Confront(Order order, VenueOrder seen, DateTimeOffset askedAt, Circumstances circumstances)
    {
        var now = circumstances.Now;
        if (order.IsTerminal)
        {
            var isSettled = askedAt >= order.ChangedAt + circumstances.Policy.Timings.SettleDelay;
            return seen.Status == VenueOrderStatus.Open && isSettled && TradingState != TradingState.Halted
                ? [new AccountHalted(now, "evidence", $"order {order.IntentId} was {order.State} but is open at the venue")]
                : [];
        }

        if (order.State == OrderState.Planned)
        {
            return
            [
                new OrderDenied(now, order.IntentId, "evidence", $"its id {order.ClientOrderId} is at the venue already"),
                new AccountReducing(now, "evidence", $"planned intent {order.IntentId} was sent before: the journal is older than the venue"),
            ];
        }

        if (seen.Status is VenueOrderStatus.Open or VenueOrderStatus.Filled)
        {
            // "Filled" alone books nothing: the fills do, and make it Filled.
            return order.State is OrderState.SendArmed or OrderState.Unknown or OrderState.Quarantined
                ? [new OrderAcknowledged(now, order.IntentId, seen.VenueOrderId)]
                : [];
        }

        if (seen.FilledQuantity > order.Filled)
        {
            // Its last fills have not been read yet; ended now, they would look late.
            return [];
        }

        var reason = seen.Reason ?? $"{seen.Status} at the venue";
        return seen.Status switch
        {
            VenueOrderStatus.Cancelled => [new OrderCancelled(now, order.IntentId, reason)],
            VenueOrderStatus.Expired => [new OrderExpired(now, order.IntentId, reason)],
            _ => [new OrderRejected(now, order.IntentId, seen.Status.ToString(), reason)],
        };
    }

    /// <summary>The tally after this round; null when some source did not answer in full or may hold a trace of the order.</summary>
    private DenialTally? Denied(Order order, OrderEvidence evidence, DenialTally? before, Circumstances circumstances)
    {
        var isAsked = !circumstances.Policy.FindsByClientId || evidence.Found.ContainsKey(order.IntentId);
        var isDenied = isAsked && evidence.Open is not null && evidence.Closed is not null && evidence.Fills is not null
            && !evidence.Fills.Any(MayBelongToUnconfirmedOrder);
        return !isDenied ? before
            : before is null ? new DenialTally(1, evidence.AskedAt, evidence.AskedAt)
            : before.Again(evidence.AskedAt);
    }

    private IReadOnlyList<AccountEvent> Missing(Order order, DenialTally? tally, OrderEvidence evidence, Circumstances circumstances)
    {
        var timings = circumstances.Policy.Timings;
        if (tally is null || tally.LastAt != evidence.AskedAt)
        {
            return [];
        }

        if (order.State is OrderState.Working or OrderState.PartiallyFilled or OrderState.CancelArmed)
        {
            return evidence.AskedAt >= order.ChangedAt + timings.SettleDelay
                ? [new OrderOutcomeUnknown(circumstances.Now, order.IntentId, "the venue no longer shows it, open or closed")]
                : [];
        }

        var isCertain = order.State is OrderState.Unknown or OrderState.Quarantined && order.Filled == 0
            && tally.Rounds >= timings.NeverArrivedReadings && tally.LastAt - tally.FirstAt >= timings.NeverArrivedSpan
            && circumstances.Readings.BalancesReadAt >= tally.FirstAt + timings.SettleDelay
            && AgreesWithBooks(order.Market.Asset) && AgreesWithBooks(order.Market.Quote);
        return isCertain
            ? [new OrderNeverArrived(
                circumstances.Now, order.IntentId,
                $"denied {tally.Rounds} times over {(tally.LastAt - tally.FirstAt).TotalSeconds:0.###} s by every source; balances agree")]
            : [];
    }

    /// <summary>Open orders with our prefix that no intent explains: the journal is older than the venue.</summary>
    private IReadOnlyList<AccountEvent> Strangers(OrderEvidence evidence, DateTimeOffset now)
    {
        var stranger = evidence.Open?.FirstOrDefault(open =>
            ClientOrderId.IsOurs(open.ClientOrderId) && Match(open.ClientOrderId, open.VenueOrderId) is null);
        return stranger is not null && TradingState == TradingState.Active
            ? [new AccountReducing(now, "evidence", $"order {stranger.ClientOrderId} in {stranger.Market} has our prefix but is not in the journal")]
            : [];
    }
}
