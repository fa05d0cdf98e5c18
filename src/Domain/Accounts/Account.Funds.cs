using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>
    /// What an order of that decision may still take of an asset: confirmed by the last reading, less every reservation that is not its
    /// decision's own plan. Proceeds count once read, never before. Null when the asset is not in the reading, which is not zero.
    /// </summary>
    public decimal? Available(string asset, string decisionId)
    {
        if (BalancesAt is null || BalanceOf(asset) is not { } balance)
        {
            return null;
        }

        var reserved = Orders.Values.Where(order => Counts(order, asset, decisionId)).Sum(order => order.Reservation!.Amount);

        // The venue may or may not have locked yet what we reserved; what it locked beyond that belongs to others.
        return balance.Free + Math.Min(balance.Locked, reserved) - reserved;
    }

    /// <summary>Quantity of an asset held if everything live, unknown and quarantined were filled.</summary>
    public decimal WorstCaseHolding(string asset) =>
        Math.Max(Expected.GetValueOrDefault(asset), BalanceOf(asset)?.Total ?? 0) + LiveOrders
            .Where(order => order.Market.Asset == asset && order.Side == TradeSide.Buy)
            .Sum(order => order.ArmedQuantity!.Value - Math.Min(order.Filled, order.ArmedQuantity.Value));

    /// <summary>Sum of notionals armed since a moment, at limit or reference price.</summary>
    public decimal ArmedNotionalSince(DateTimeOffset since) => Orders.Values
        .Where(order => order.ArmedAt >= since)
        .Sum(order => order.ArmedQuantity!.Value * (order.LimitPrice ?? order.ReferencePrice));

    /// <summary>True while sells of the decision may still bring money: not ended, or ended and not yet in the balances.</summary>
    public bool AwaitsProceeds(string decisionId) => Orders.Values.Any(order =>
        order.DecisionId == decisionId && order.Side == TradeSide.Sell && order.State != OrderState.Quarantined
        && (!order.IsTerminal || order.Reservation is not null));

    private static bool Counts(Order order, string asset, string decisionId) =>
        order.Reservation?.Asset == asset && (order.State != OrderState.Planned || order.DecisionId != decisionId);
}
