using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>
    /// Books a page of fills, each once, and moves the cursor behind it. A late fill and an overfill are booked and halt the account. The
    /// cursor stays when a fill may belong to an order whose venue id is not known yet: it is asked for again.
    /// </summary>
    public IReadOnlyList<AccountEvent> BookFills(IReadOnlyList<VenueFill> fills, string? cursor, DateTimeOffset now)
    {
        var draft = new Draft(this);
        var isComplete = true;
        foreach (var fill in fills)
        {
            if (draft.Account.IsOldNews(fill))
            {
                continue;
            }

            if (draft.Account.MayBelongToUnconfirmedOrder(fill))
            {
                isComplete = false;
                continue;
            }

            draft.AddRange(draft.Account.BookOne(fill, now));
        }

        if (isComplete && cursor is not null && cursor != FillCursor)
        {
            draft.Add(new FillCursorAdvanced(now, cursor));
        }

        return draft.Events;
    }

    /// <summary>True when a fill without a client id may be of an order that was sent and of which the venue's id is not known.</summary>
    public bool MayBelongToUnconfirmedOrder(VenueFill fill) =>
        fill.ClientOrderId is null && Match(null, fill.VenueOrderId) is null
        && LiveOrders.Any(order => order.VenueOrderId is null && order.Market == fill.Market && order.Side == fill.Side
            && fill.Quantity <= order.ArmedQuantity);

    private bool IsOldNews(VenueFill fill) =>
        SeenFills.ContainsKey(FillKey(fill)) || fill.At < ForgottenBefore
        || (fill.At < OpenedAt && Match(fill.ClientOrderId, fill.VenueOrderId) is null);

    private List<AccountEvent> BookOne(VenueFill fill, DateTimeOffset now)
    {
        var order = Match(fill.ClientOrderId, fill.VenueOrderId);
        if (order is null || order.Market != fill.Market || order.Side != fill.Side)
        {
            List<AccountEvent> foreign = [new ForeignFillObserved(now, fill)];
            var isAlarming = order is not null ? TradingState == TradingState.Active
                : ClientOrderId.IsOurs(fill.ClientOrderId) && !StrayIds.ContainsKey(fill.ClientOrderId!);
            if (isAlarming)
            {
                foreign.Add(new AccountReducing(
                    now, "fills", $"fill {fill.TradeId} in {fill.Market} bears our id {fill.ClientOrderId} but fits no journaled intent",
                    order is null ? [fill.ClientOrderId!] : null));
            }

            return foreign;
        }

        List<AccountEvent> events = [new FillBooked(now, order.IntentId, fill)];
        var after = order.Book(fill, now);
        var alarm = order.IsTerminal || order.State == OrderState.Planned
                ? $"late fill {fill.TradeId} of {fill.Quantity} on order {order.IntentId}, which was {order.State}"
            : after.IsOverfilled ? $"order {order.IntentId} filled {after.Filled} of {order.ArmedQuantity}"
            : null;
        if (alarm is not null && TradingState != TradingState.Halted)
        {
            events.Add(new AccountHalted(now, "fills", alarm));
        }

        return events;
    }
}
