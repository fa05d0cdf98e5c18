using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Audit;

/// <summary>Tells an account's events about the orders of a decision, one sentence each.</summary>
internal static class OrderTrail
{
    /// <summary>Nothing for events that are not about orders.</summary>
    public static IEnumerable<TrailEntry> Of(string account, object @event) => @event switch
    {
        IntentsPlanned planned => planned.Orders.Select(order => new TrailEntry(
            planned.At, account, order.IntentId, "planned", $"{Side(order.Side)} {Words.Quantity(order.Quantity)} {order.Market} is planned")),
        OrderEvent order when Tell(order) is var (step, text) => [new TrailEntry(order.At, account, order.IntentId, step, text)],
        _ => [],
    };

    private static (string Step, string Text)? Tell(OrderEvent @event) => @event switch
    {
        OrderDenied denied => ("denied", $"a gate refused it: {denied.Reason}"),
        OrderArmed armed => ("armed", $"may be sent until {Words.At(armed.SendBy)}: {Describe(armed.Request)}"),
        OrderAcknowledged known => ("acknowledged", $"the venue has it as {known.VenueOrderId}"),
        OrderRejected rejected => ("rejected", $"the venue refused it: {rejected.Reason}"),
        OrderNotSent unsent => ("not sent", unsent.Reason),
        OrderOutcomeUnknown unknown => ("unknown", unknown.Reason),
        FillBooked { Fill: var fill } => ("filled", $"{Words.Quantity(fill.Quantity)} {fill.Market.Asset} at {Words.Price(fill.Price)} {fill.Market.Quote}, fee {Words.Quantity(fill.Fee)} {fill.FeeAsset}"),
        OrderCancelArmed cancel => ("cancel asked", cancel.Reason),
        OrderCancelRefused => ("cancel refused", "the venue still has it"),
        OrderCancelled cancelled => ("cancelled", cancelled.Reason),
        OrderExpired expired => ("expired", expired.Reason),
        OrderNeverArrived never => ("never arrived", never.Evidence),
        OrderQuarantined quarantined => ("quarantined", quarantined.Reason),
        OrderResolved resolved => ("resolved", $"{resolved.Who} says {resolved.Outcome}: {resolved.Why}"),
        _ => null,
    };

    private static string Describe(OrderRequest request) =>
        $"{Side(request.Side)} {Words.Quantity(request.Quantity)} {request.Market}{(request.LimitPrice is { } limit ? $" at {Words.Price(limit)} or better" : " at the market")}";

    private static string Side(TradeSide side) => side == TradeSide.Buy ? "buy" : "sell";
}
