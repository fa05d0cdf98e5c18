using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>The gain budget and the wash-sale window over some trades, in decimal.</summary>
internal static class TaxLimits
{
    public static bool Keep(Portfolio portfolio, TradeSizes sizes)
    {
        if (portfolio.Problem.Taxes is not { } rules)
        {
            return true;
        }

        return GainAboveBudget(portfolio, sizes) <= 0
            && (rules.WashSaleDays == 0 || !Sales(portfolio, sizes).Any(sale => TakesLoss(sale.Lots, sale.Sold) && MayNotLose(portfolio, sizes, sale.Asset)));
    }

    /// <summary>By how much the sells realise more than the gain budget, in base currency; at most 0 where it is kept, or where there is none.</summary>
    public static decimal GainAboveBudget(Portfolio portfolio, TradeSizes sizes) =>
        portfolio.Problem.Taxes?.GainBudget is not { } budget ? 0 : Sales(portfolio, sizes).Sum(sale => LotQueue.Sell(sale.Lots, sale.Sold).Gain) - budget;

    private static IEnumerable<(string Asset, IReadOnlyList<LotForSale> Lots, decimal Sold)> Sales(Portfolio portfolio, TradeSizes sizes) =>
        from pair in portfolio.Trades.Pairs
        let sold = pair.Sum(option => sizes.Sells[option.Index] * option.Lot)
        where sold > 0
        select (pair[0].Asset, portfolio.LotsOf(pair[0].AccountIndex, pair[0].Asset), sold);

    private static bool MayNotLose(Portfolio portfolio, TradeSizes sizes, string asset) =>
        WashSaleWindow.ForbidsLosses(portfolio.Problem, asset) || portfolio.Trades.Of(asset).Any(option => sizes.Buys[option.Index] > 0);

    private static bool TakesLoss(IReadOnlyList<LotForSale> lots, decimal sold)
    {
        foreach (var lot in lots)
        {
            if (sold <= 0)
            {
                return false;
            }

            if (lot.Gain < 0)
            {
                return true;
            }

            sold -= lot.Quantity;
        }

        return false;
    }
}
