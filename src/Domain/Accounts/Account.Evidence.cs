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
        var sightings = new Sightings(evidence);
        foreach (var (id, before) in Orders)
        {
            if (sightings.IsEmpty && !before.MayBeLive)
            {
                continue;
            }

            var order = draft.Account.Orders[id];
            if (sightings.Of(order) is { } sighting)
            {
                draft.AddRange(draft.Account.Confront(order, sighting, evidence.AskedAt, circumstances));
            }
            else if (order.MayBeLive)
            {
                // Only an Unknown order's denials add up: soon after a send they prove nothing.
                var isCounted = order.State is OrderState.Unknown or OrderState.Quarantined;
                var tally = draft.Account.Denied(order, evidence, isCounted ? denials.GetValueOrDefault(id) : null, circumstances);
                tallies = isCounted && tally is not null ? tallies.Add(id, tally) : tallies;
                draft.AddRange(draft.Account.Missing(order, tally, evidence, circumstances));
            }
        }

        draft.AddRange(draft.Account.Strangers(evidence.Open ?? [], circumstances.Now));
        return new EvidenceRound(draft.Events, tallies);
    }

    /// <summary>A routine listing of open orders: what it shows of ended orders and of orders the journal does not know.</summary>
    public IReadOnlyList<AccountEvent> WeighOpenOrders(IReadOnlyList<VenueOrder> open, DateTimeOffset askedAt, Circumstances circumstances)
    {
        var draft = new Draft(this);
        foreach (var seen in open)
        {
            if (Match(seen.ClientOrderId, seen.VenueOrderId) is { } order)
            {
                draft.AddRange(draft.Account.Confront(draft.Account.Orders[order.IntentId], seen, askedAt, circumstances));
            }
        }

        draft.AddRange(draft.Account.Strangers(open, circumstances.Now));
        return draft.Events;
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
        var isDenied = isAsked && evidence.Covers(order) && evidence.Open is not null && evidence.Closed is not null && evidence.Fills is not null
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
    private IEnumerable<VenueOrder> StraysAmong(IEnumerable<VenueOrder> open) =>
        open.Where(seen => ClientOrderId.IsOurs(seen.ClientOrderId) && Match(seen.ClientOrderId, seen.VenueOrderId) is null);

    /// <summary>Each is told of once, in every state: whoever resumes then has been told, and the order may stay open for long.</summary>
    private IReadOnlyList<AccountEvent> Strangers(IReadOnlyList<VenueOrder> open, DateTimeOffset now)
    {
        var strays = StraysAmong(open).Where(seen => !StrayIds.ContainsKey(seen.ClientOrderId!)).DistinctBy(seen => seen.ClientOrderId).ToList();
        if (strays.Count == 0)
        {
            return [];
        }

        var others = strays.Count switch
        {
            1 => "",
            2 => ", and so has 1 more",
            _ => $", and so have {strays.Count - 1} more",
        };
        var why = $"order {strays[0].ClientOrderId} in {strays[0].Market} has our prefix but is not in the journal{others}";
        return [new AccountReducing(now, "evidence", why, [.. strays.Select(stray => stray.ClientOrderId!)])];
    }
}
