using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using static Rebalancer.Domain.Accounts.GateVerdict;

namespace Rebalancer.Domain.Accounts;

/// <summary>Gates on the account, its other orders and the decision.</summary>
internal static class AccountGates
{
    public static GateVerdict IntentIsPlanned(GateInput input) => input.Order.State == OrderState.Planned ? Pass
        : new Wait($"the intent is {input.Order.State}: a permit is given once");

    /// <summary>After a restore the decision that sent an order may come again: some venues take an id twice, so it must not go out again.</summary>
    public static GateVerdict IdIsUnused(GateInput input) =>
        input.Account.StrayIds.ContainsKey(input.Order.ClientOrderId)
            ? new Deny($"its id {input.Order.ClientOrderId} is at the venue already: the journal is older than what was sent")
            : Pass;

    public static GateVerdict NotExpired(GateInput input) => input.Now < input.Plan.ExpiresAt ? Pass
        : new Deny($"the decision expired at {input.Plan.ExpiresAt:O}");

    public static GateVerdict AccountTrades(GateInput input)
    {
        var account = input.Account;
        return account.Paused ? new Deny($"the account is paused ({account.PauseReason})")
            : account.TradingState == TradingState.Halted ? new Deny($"the account is halted ({account.TradingStateReason})")
            : account.TradingState == TradingState.Reducing && input.Order.Side == TradeSide.Buy
                ? new Deny($"the account only reduces ({account.TradingStateReason})")
            : Pass;
    }

    public static GateVerdict StartedLongEnough(GateInput input)
    {
        var readings = input.Readings;
        return input.Circumstances.OwnedFor < input.Timings.StartupWait
                ? new Wait($"the account was taken over less than {input.Timings.StartupWait.TotalSeconds:0.###} s ago")
            : readings.OrdersReadAt is null || readings.FillsReadAt is null
                ? new Wait("open orders and fills have not been reconciled since the start")
            : Pass;
    }

    public static GateVerdict SliceIsDue(GateInput input) => input.Now >= input.Order.NotBefore ? Pass
        : new Wait($"not before {input.Order.NotBefore:O}");

    public static GateVerdict WithinRateBudget(GateInput input)
    {
        // Below one a second the window grows instead of the count shrinking to nothing.
        var perSecond = input.Circumstances.Policy.SubmitsPerSecond;
        var (count, window) = perSecond >= 1
            ? ((int)perSecond, TimeSpan.FromSeconds(1))
            : (1, TimeSpan.FromSeconds((double)(1 / perSecond)));
        var recent = input.Account.RecentPermits.Count(permit => permit > input.Now - window);
        return recent < count ? Pass : new Wait($"{recent} orders within {window.TotalSeconds:0.###} s use up the rate budget");
    }

    public static GateVerdict NotRejectedRepeatedly(GateInput input) =>
        input.Account.RefusalOf(input.Order.Market, input.Order.Side, input.Timings, input.Now) is { } refusal
            ? new Deny($"{refusal.Reason}; not tried again before {refusal.Until:O}")
            : Pass;

    public static GateVerdict SharesNoUnknownOrder(GateInput input)
    {
        var market = input.Order.Market;
        var unknown = input.Account.LiveOrders.FirstOrDefault(order =>
            order.State == OrderState.Unknown && (order.Touches(market.Asset) || order.Touches(market.Quote)));
        return unknown is null ? Pass : new Wait($"order {unknown.IntentId} in {unknown.Market} is unknown and shares an asset");
    }

    public static GateVerdict MarketNotQuarantined(GateInput input) =>
        input.Account.QuarantinedOrders.Any(order => order.Market == input.Order.Market)
            ? new Deny($"market {input.Order.Market} is frozen by a quarantined order")
            : Pass;

    public static GateVerdict MarketHasNoOtherOrder(GateInput input)
    {
        var other = input.Account.LiveOrders.FirstOrDefault(order =>
            order.Market == input.Order.Market && order.State != OrderState.Quarantined);
        return other is null ? Pass : new Wait($"order {other.IntentId} in {other.Market} is still {other.State}");
    }
}
