using System.Collections.Immutable;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>Finer than any venue's unit; a share of a reservation is rounded up to it.</summary>
    private const int ReservedDecimals = 12;

    /// <summary>
    /// What an order of that decision may still take of an asset: confirmed by the last reading, less every reservation that is not its
    /// decision's own plan. Proceeds count once read, never before. Null when the asset is not in the reading, which is not zero.
    /// </summary>
    /// <param name="readings">What orders that are not ours lock.</param>
    public decimal? Available(string asset, string decisionId, AccountReadings readings)
    {
        if (BalancesAt is null || BalanceOf(asset) is not { } balance)
        {
            return null;
        }

        var reserved = _unfinished.All.Where(order => Counts(order, asset, decisionId)).Sum(order => order.Reservation!.Amount);
        var atTheVenue = _unfinished.All.Where(order => Counts(order, asset, decisionId) && IsSeenWorking(order)).Sum(order => order.Reservation!.Amount);

        // The venue may or may not have locked yet what orders it has shown us reserve; what others lock must not pass for it.
        var lockedForUs = Math.Min(Math.Max(0, balance.Locked - readings.LockedByOthers.GetValueOrDefault(asset)), atTheVenue);
        return balance.Free + lockedForUs - reserved;
    }

    /// <summary>What open orders that are not ours lock at worst, by asset, fees included; a buy without a limit may lock everything.</summary>
    public ImmutableSortedDictionary<string, decimal> LockedByOthers(IEnumerable<VenueOrder> open, AccountReadings readings)
    {
        var locked = ImmutableSortedDictionary<string, decimal>.Empty;
        foreach (var order in open.Where(order => Match(order.ClientOrderId, order.VenueOrderId) is null))
        {
            var rest = order.Quantity - order.FilledQuantity;
            var worst = order.Side == TradeSide.Sell ? new Reservation(order.Market.Asset, rest)
                : order.LimitPrice is not { } limit ? new Reservation(order.Market.Quote, decimal.MaxValue / 2)
                : readings.RulesOf(order.Market) is { } rules ? OrderSizing.WorstCase(rules, order.Side, rest, limit)
                : new Reservation(order.Market.Quote, rest * limit);
            locked = locked.SetItem(worst.Asset, Math.Min(decimal.MaxValue / 2, locked.GetValueOrDefault(worst.Asset) + worst.Amount));
        }

        return locked;
    }

    private static bool IsSeenWorking(Order order) => order.State is OrderState.Working or OrderState.PartiallyFilled or OrderState.CancelArmed;

    /// <summary>Quantity of an asset held if everything live, unknown and quarantined were filled.</summary>
    public decimal WorstCaseHolding(string asset) =>
        Math.Max(Expected.GetValueOrDefault(asset), BalanceOf(asset)?.Total ?? 0) + LiveOrders
            .Where(order => order.Market.Asset == asset && order.Side == TradeSide.Buy)
            .Sum(order => order.ArmedQuantity!.Value - Math.Min(order.Filled, order.ArmedQuantity.Value));

    /// <summary>What was bought and sold since a moment, in base currency: ended orders as filled, live ones in full at their limit.</summary>
    public decimal TurnoverSince(DateTimeOffset since, ExecutionLimits limits) => Orders.Values
        .Where(order => order.ArmedAt >= since)
        .Sum(order => limits.PriceOf(order.Market.Quote)
            * (order.IsTerminal ? order.FilledNotional : order.ArmedQuantity!.Value * (order.LimitPrice ?? order.ReferencePrice)));

    /// <summary>Worth of all holdings that the decision priced, currencies apart, were everything live filled.</summary>
    public decimal WorstCaseHoldings(ExecutionLimits limits) =>
        Expected.Keys.Union(LiveOrders.Select(order => order.Market.Asset)).Distinct(StringComparer.Ordinal)
            .Where(asset => limits.Prices.ContainsKey(asset) && BalanceOf(asset) is not { IsCurrency: true })
            .Sum(asset => WorstCaseHolding(asset) * limits.PriceOf(asset));

    /// <summary>True while sells of the decision may still bring money: not ended, or ended and not yet in the balances.</summary>
    public bool AwaitsProceeds(string decisionId) => _unfinished.All.Any(order =>
        order.DecisionId == decisionId && order.Side == TradeSide.Sell && order.State != OrderState.Quarantined);

    /// <summary>
    /// The reservation of a live order for what is still open of it; null when it is no less than now. A ticket may be charged with any fill, so
    /// it stays whole.
    /// </summary>
    private static Reservation? Remainder(Order order, Circumstances circumstances)
    {
        var (reservation, covered) = (order.Reservation!, order.ReservedQuantity ?? order.ArmedQuantity!.Value);
        if (order.OpenQuantity >= covered || circumstances.Readings.RulesOf(order.Market) is not { } rules)
        {
            return null;
        }

        var ticket = order.Side == TradeSide.Buy ? rules.TicketFee : 0;
        var share = (reservation.Amount - ticket) * order.OpenQuantity / covered;
        return reservation with { Amount = Math.Min(reservation.Amount, decimal.Round(share, ReservedDecimals, MidpointRounding.ToPositiveInfinity) + ticket) };
    }

    private static bool Counts(Order order, string asset, string decisionId) =>
        order.Reservation?.Asset == asset && (order.State != OrderState.Planned || order.DecisionId != decisionId);
}
