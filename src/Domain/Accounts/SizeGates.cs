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
        var most = input.Plan.Terms.MaxNotionalIn(input.Order.Market.Quote);
        return notional <= most ? Pass : new Deny($"notional {notional} is above the largest order {most} {input.Order.Market.Quote}");
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
        if (input.Order.Side == TradeSide.Sell || input.Plan.Terms.Limits is not { } limits || !limits.MaxByAsset.TryGetValue(asset, out var most))
        {
            return Pass;
        }

        var worst = (input.Account.WorstCaseHolding(asset) * limits.PriceOf(asset)) + WorthOf(input, limits);
        return worst <= most ? Pass : new Deny($"worst-case exposure {worst:0.##} in {asset} is above what is left of its limit {most:0.##}");
    }

    public static GateVerdict WithinHoldingsCap(GateInput input)
    {
        if (input.Order.Side == TradeSide.Sell || input.Plan.Terms.Limits is not { MaxHoldings: { } most } limits)
        {
            return Pass;
        }

        var worst = input.Account.WorstCaseHoldings(limits) + WorthOf(input, limits);
        return worst <= most ? Pass : new Deny($"worst-case holdings of {worst:0.##} are above what is left of their limit {most:0.##}");
    }

    public static GateVerdict WithinDailyTurnover(GateInput input)
    {
        if (input.Plan.Terms.Limits is not { MaxDaily: { } most } limits)
        {
            return Pass;
        }

        var turnover = input.Account.TurnoverSince(input.Now - TimeSpan.FromDays(1), limits) + WorthOf(input, limits);
        return turnover <= most ? Pass : new Deny($"{turnover:0.##} bought and sold within a day is above the limit {most:0.##}");
    }

    /// <summary>Of the order at its worst price, in base currency.</summary>
    private static decimal WorthOf(GateInput input, ExecutionLimits limits) =>
        input.Sized.Quantity * input.Sized.WorstPrice * limits.PriceOf(input.Order.Market.Quote);

    private static bool Tradable(GateInput input) =>
        OrderRules.ReachesMinimum(input.Rules, input.Sized.Quantity, input.Sized.WorstPrice);
}
