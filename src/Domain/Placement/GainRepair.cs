using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Takes back what rounding adds to the gain of the sells: a loss rounded towards zero offsets less of the gains than the model counted on, and
/// where the budget is nothing there is no room to leave for it.
/// </summary>
internal static class GainRepair
{
    /// <summary>The smallest change of one sell that helps: a little more of a loss, else a little less of a gain.</summary>
    /// <returns>The market and its new number of lots sold; null where the budget is kept, or no sell can keep it.</returns>
    public static (TradeOption Option, decimal Lots)? Next(Portfolio portfolio, TradeSizes sizes)
    {
        var excess = TaxLimits.GainAboveBudget(portfolio, sizes);
        return excess <= 0 ? null : portfolio.Trades.Pairs.SelectMany(pair => Changes(portfolio, sizes, pair, excess))
            .OrderBy(change => Math.Abs(change.Lots - sizes.Sells[change.Option.Index]) * change.Option.LotValue).ThenBy(change => change.Option.Index)
            .Select(change => ((TradeOption, decimal)?)change).FirstOrDefault();
    }

    private static IEnumerable<(TradeOption Option, decimal Lots)> Changes(Portfolio portfolio, TradeSizes sizes, IReadOnlyList<TradeOption> pair, decimal excess)
    {
        var sold = pair.Sum(option => sizes.Sells[option.Index] * option.Lot);
        if (sold == 0 || LastLot(portfolio.LotsOf(pair[0].AccountIndex, pair[0].Asset), sold) is not { Lot.Gain: not 0 } last)
        {
            yield break;
        }

        var close = FullClose.Of(portfolio, pair);
        foreach (var option in pair.Where(option => sizes.Sells[option.Index] > 0))
        {
            var lots = sizes.Sells[option.Index];
            var needed = Math.Ceiling(excess / Math.Abs(last.Lot.Gain) / option.Lot);
            var changed = last.Lot.Gain < 0
                ? Math.Min(lots + Math.Min(needed, Math.Floor(last.Left / option.Lot)), option.SellMaxLots)
                : lots - needed < option.MinLots ? 0 : lots - needed;
            if (changed != lots && close?.Allows(sold + ((changed - lots) * option.Lot)) is not false)
            {
                yield return (option, changed);
            }
        }
    }

    /// <summary>The lot that the sale ends in, and how much of it is left.</summary>
    private static (LotForSale Lot, decimal Left)? LastLot(IReadOnlyList<LotForSale> lots, decimal sold)
    {
        foreach (var lot in lots)
        {
            sold -= lot.Quantity;
            if (sold <= 0)
            {
                return (lot, -sold);
            }
        }

        return null;
    }
}
