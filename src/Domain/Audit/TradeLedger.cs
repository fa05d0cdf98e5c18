using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Audit;

/// <summary>Makes trades of the journal's events, given in the order they were written.</summary>
public sealed class TradeLedger
{
    private readonly SortedDictionary<string, Decision> _decisions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Order> _intents = new(StringComparer.Ordinal);

    /// <param name="account">Id of the account whose event it is; anything for an event of a portfolio.</param>
    /// <returns>The trade the event tells of; null when it tells of none.</returns>
    public TradeEntry? Take(string account, object @event)
    {
        switch (@event)
        {
            case RebalanceDecided decided:
                _decisions[decided.DecisionId] = new Decision(decided.Settings.Id, decided.Settings.BaseCurrency, decided.Problem.Prices);
                return null;
            case IntentsPlanned planned:
                foreach (var order in planned.Orders)
                {
                    _intents[order.IntentId] = order;
                }

                return null;
            case FillBooked booked:
                return Of(account, _intents[booked.IntentId], booked.Fill);
            case ForeignFillObserved foreign:
                return Entry(account, foreign.Fill) with { ClientOrderId = foreign.Fill.ClientOrderId ?? "" };
            default:
                return null;
        }
    }

    private TradeEntry Of(string account, Order order, VenueFill fill)
    {
        // Slices and retries carry the price of the decision too.
        var wanted = order.ReferencePrice;
        var slippage = fill.Quantity * (fill.Side == TradeSide.Buy ? fill.Price - wanted : wanted - fill.Price);
        var decision = _decisions.GetValueOrDefault(order.DecisionId);
        return Entry(account, fill) with
        {
            Portfolio = decision?.Portfolio ?? "",
            Decision = order.DecisionId,
            FeeInBase = fill.Fee == 0 ? 0 : fill.Fee * decision?.PriceOf(fill.FeeAsset),
            DecisionPrice = wanted,
            Slippage = slippage,
            SlippageInBase = slippage * decision?.PriceOf(fill.Market.Quote),
            Intent = order.IntentId,
            ClientOrderId = order.ClientOrderId,
        };
    }

    private static TradeEntry Entry(string account, VenueFill fill) => new(
        fill.At, "", "", account, fill.Market.Asset, fill.Market.Quote, fill.Side, fill.Quantity, fill.Price, fill.Quantity * fill.Price, fill.Fee,
        fill.FeeAsset, null, null, null, null, "", "", fill.VenueOrderId, fill.TradeId);

    private sealed record Decision(string Portfolio, string BaseCurrency, SortedDictionary<string, decimal> Prices)
    {
        /// <summary>In base currency; null where it had none.</summary>
        public decimal? PriceOf(string asset) => asset == BaseCurrency ? 1 : Prices.TryGetValue(asset, out var price) ? price : null;
    }
}
