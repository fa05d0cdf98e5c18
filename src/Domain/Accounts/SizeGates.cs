using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using static Rebalancer.Domain.Accounts.GateVerdict;

namespace Rebalancer.Domain.Accounts;

/// <summary>Gates on the order as it would be sent.</summary>
internal static class SizeGates
{
    /// <summary>A buy short of cash waits for its decision's sells and is shrunk only once none can bring more.</summary>
    public static GateVerdict FundsSuffice(GateInput input)
    {
        var (order, sized) = (input.Order, input.Sized);
        return sized.SizeLimit switch
        {
            SizeLimit.Cash when input.Account.AwaitsProceeds(order.DecisionId) => new Wait("proceeds of sells are not confirmed yet"),
            SizeLimit.Cash when !Tradable(input) =>
                new Deny($"confirmed cash in {order.Market.Quote} allows {sized.Quantity}, below the market's minimum"),
            SizeLimit.Holding when !Tradable(input) =>
                new Deny($"the free holding of {order.Market.Asset} allows {sized.Quantity}, below the market's minimum"),
            _ => Pass,
        };
    }

    public static GateVerdict MarketTakesIt(GateInput input) =>
        OrderRules.Problem(input.Rules, input.Sized.Quantity, input.Sized.WorstPrice) is { } problem ? new Deny(problem) : Pass;

    public static GateVerdict WithinOrderCap(GateInput input)
    {
        var notional = input.Sized.Quantity * input.Sized.WorstPrice;
        return notional <= input.Plan.Terms.MaxOrderNotional ? Pass
            : new Deny($"notional {notional} is above the largest order {input.Plan.Terms.MaxOrderNotional}");
    }

    public static GateVerdict LimitInsideCollar(GateInput input)
    {
        var reference = input.Order.ReferencePrice;
        var distance = Math.Abs(input.Sized.WorstPrice - reference);
        var outside = input.Order.Side == TradeSide.Buy ? input.Sized.WorstPrice > reference : input.Sized.WorstPrice < reference;
        return outside && distance > reference * input.Plan.Terms.PriceCollar
            ? new Deny($"limit {input.Sized.WorstPrice} is outside the collar around {reference}")
            : Pass;
    }

    /// <summary>Holds whatever the sizing did: what is reserved is there, confirmed.</summary>
    public static GateVerdict CashStaysPositive(GateInput input)
    {
        var reservation = input.Sized.Reservation;
        return input.Account.Available(reservation.Asset, input.Order.DecisionId, input.Readings) is not { } available
                ? new Deny($"{reservation.Asset} is not in the balances")
            : reservation.Amount > available
                ? new Deny($"worst case {reservation.Amount} {reservation.Asset} is more than the confirmed {available}")
            : Pass;
    }

    public static GateVerdict WithinAssetCap(GateInput input)
    {
        var asset = input.Order.Market.Asset;
        if (input.Order.Side == TradeSide.Sell || !input.Circumstances.Policy.AssetCaps.TryGetValue(asset, out var cap))
        {
            return Pass;
        }

        var worst = (input.Account.WorstCaseHolding(asset) + input.Sized.Quantity) * input.Sized.WorstPrice;
        return worst <= cap ? Pass : new Deny($"worst-case exposure {worst} in {asset} is above its cap {cap}");
    }

    public static GateVerdict WithinDailyTurnover(GateInput input)
    {
        if (input.Circumstances.Policy.MaxDailyNotional is not { } cap)
        {
            return Pass;
        }

        var armed = input.Account.ArmedNotionalSince(input.Now - TimeSpan.FromDays(1)) + (input.Sized.Quantity * input.Sized.WorstPrice);
        return armed <= cap ? Pass : new Deny($"turnover {armed} within a day is above its cap {cap}");
    }

    private static bool Tradable(GateInput input) =>
        OrderRules.ReachesMinimum(input.Rules, input.Sized.Quantity, input.Sized.WorstPrice);
}
