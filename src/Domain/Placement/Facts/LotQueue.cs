namespace Rebalancer.Domain.Placement.Facts;

/// <param name="Quantity">Units of the asset in this lot.</param>
/// <param name="Gain">Of one unit sold at the snapshot price, in base currency.</param>
/// <param name="Tax">Of one unit sold, in base currency; negative only where losses are credited.</param>
internal sealed record LotForSale(decimal Quantity, decimal Gain, decimal Tax);

/// <summary>An account's tax lots of one asset in the order in which the tax method sells them.</summary>
internal static class LotQueue
{
    /// <returns>Empty where nothing is taxed, or nothing of the asset may be sold.</returns>
    /// <exception cref="PlacementInputException">The lots do not add up to a holding that may be sold.</exception>
    public static IReadOnlyList<LotForSale> Of(Portfolio portfolio, PlacementAccount account, string asset)
    {
        if (portfolio.Problem.Taxes is not { } rules || !account.Taxable || portfolio.IsCurrency(asset)
            || !account.Markets.Any(market => market.Asset == asset && market.Allow.HasFlag(AllowedSides.Sell)))
        {
            return [];
        }

        var lots = account.Lots.GetValueOrDefault(asset) ?? [];
        if (lots.Sum(lot => lot.Quantity) != account.Holdings.GetValueOrDefault(asset))
        {
            throw new PlacementInputException(
                $"accounts.{account.Id}.lots.{asset}", "the lots do not add up to the holding, so tax cannot be worked out; give every lot");
        }

        return [.. (rules.Method == TaxLotMethod.Specific ? Named(account, asset, lots) : InOrder(rules.Method, lots)).Select(lot => Priced(portfolio, rules, lot, portfolio.Price(asset)))];
    }

    /// <summary>Lots nobody has named, in the order the method sells them.</summary>
    public static IEnumerable<TaxLot> InOrder(TaxLotMethod method, IEnumerable<TaxLot> lots) => method == TaxLotMethod.Hifo
        ? lots.OrderByDescending(lot => lot.UnitCost).ThenBy(lot => lot.Acquired)
        : lots.OrderBy(lot => lot.Acquired);

    /// <summary>Tax and gain of selling so many units, first lots first.</summary>
    public static (decimal Tax, decimal Gain) Sell(IReadOnlyList<LotForSale> lots, decimal quantity)
    {
        var (tax, gain) = (0m, 0m);
        foreach (var lot in lots)
        {
            var used = Math.Min(quantity, lot.Quantity);
            quantity -= used;
            tax += used * lot.Tax;
            gain += used * lot.Gain;
        }

        return (tax, gain);
    }

    private static LotForSale Priced(Portfolio portfolio, TaxRules rules, TaxLot lot, decimal price)
    {
        var gain = price - lot.UnitCost;
        var isLongTerm = portfolio.Problem.AsOf.DayNumber - lot.Acquired.DayNumber > rules.LongTermDays;
        var rate = isLongTerm ? rules.LongTermRate : rules.ShortTermRate;
        return new LotForSale(lot.Quantity, gain, gain > 0 || rules.CreditLosses || rules.HarvestLosses ? gain * rate : 0);
    }

    /// <summary>The lots named for sale, in that order; the others after them, oldest first.</summary>
    private static IEnumerable<TaxLot> Named(PlacementAccount account, string asset, IReadOnlyList<TaxLot> lots)
    {
        var named = account.Markets.Where(market => market.Asset == asset).SelectMany(market => market.SaleLots).Distinct().ToList();
        if (named.Find(index => index < 0 || index >= lots.Count) is var wrong && named.Exists(index => index < 0 || index >= lots.Count))
        {
            throw new PlacementInputException(
                $"accounts.{account.Id}.markets.{asset}.saleLots", $"there is no lot {wrong}; lots are counted from 0 to {lots.Count - 1}");
        }

        var others = Enumerable.Range(0, lots.Count).Except(named).OrderBy(index => lots[index].Acquired);
        return named.Concat(others).Select(index => lots[index]);
    }
}
