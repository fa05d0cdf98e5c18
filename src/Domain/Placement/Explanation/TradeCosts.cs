using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>What a trade costs, item by item, in base currency.</summary>
internal readonly record struct TradeCosts(decimal Fee, decimal Spread, decimal Ticket, decimal Tax)
{
    public static TradeCosts Of(PlanState state, TradeOption option, bool isBuy)
    {
        var value = state.LotsOf(option, isBuy) * option.LotValue;
        return new TradeCosts(value * option.Market.FeeRate, value * option.Market.HalfSpread, option.Market.TicketFee, isBuy ? 0 : TaxOf(state, option));
    }

    /// <summary>Lots are sold for all markets of the asset together; each bears its part of the tax.</summary>
    private static decimal TaxOf(PlanState state, TradeOption option)
    {
        var sold = state.Sold(option.AccountIndex, option.Asset);
        var tax = LotQueue.Sell(state.Portfolio.LotsOf(option.AccountIndex, option.Asset), sold).Tax;
        return tax * (state.LotsOf(option, isBuy: false) * option.Lot) / sold;
    }
}
