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

        var total = 0m;
        foreach (var pair in portfolio.Trades.Pairs)
        {
            var sold = pair.Sum(option => sizes.Sells[option.Index] * option.Lot);
            if (sold == 0)
            {
                continue;
            }

            var lots = portfolio.LotsOf(pair[0].AccountIndex, pair[0].Asset);
            total += LotQueue.Sell(lots, sold).Gain;
            if (rules.WashSaleDays > 0 && TakesLoss(lots, sold) && MayNotLose(portfolio, sizes, pair[0].Asset))
            {
                return false;
            }
        }

        return rules.GainBudget is not { } budget || total <= budget;
    }

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
