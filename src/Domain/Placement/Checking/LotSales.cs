using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>A part of a tax lot that a plan sells. Gain at the snapshot price, before spread and fee.</summary>
internal sealed record LotSale(string Account, string Asset, decimal Gain, bool LongTerm);

/// <summary>Which lots the sells of a plan use up, in the order of the tax method.</summary>
internal static class LotSales
{
    public static IReadOnlyList<LotSale> Of(PlanLedger ledger)
    {
        if (ledger.Problem.Taxes is not { } rules)
        {
            return [];
        }

        var sales = new List<LotSale>();
        foreach (var account in ledger.Accounts.Select(account => account.Account).Where(account => account.Taxable))
        {
            var sold = ledger.Trades.Where(trade => trade.Account == account.Id && trade.Side == TradeSide.Sell && !ledger.IsCurrency(trade.Asset));
            foreach (var asset in sold.GroupBy(trade => trade.Asset))
            {
                var quantity = asset.Sum(trade => trade.Quantity);
                foreach (var lot in InOrder(account, asset.Key, rules))
                {
                    var used = Math.Min(quantity, lot.Quantity);
                    quantity -= used;
                    var isLong = ledger.Problem.AsOf.DayNumber - lot.Acquired.DayNumber > rules.LongTermDays;
                    if (used > 0)
                    {
                        sales.Add(new LotSale(account.Id, asset.Key, used * (ledger.Price(asset.Key) - lot.UnitCost), isLong));
                    }
                }
            }
        }

        return sales;
    }

    private static IEnumerable<TaxLot> InOrder(PlacementAccount account, string asset, TaxRules rules)
    {
        var lots = account.Lots.GetValueOrDefault(asset) ?? [];
        return rules.Method switch
        {
            TaxLotMethod.Hifo => lots.OrderByDescending(lot => lot.UnitCost).ThenBy(lot => lot.Acquired),
            TaxLotMethod.Fifo => lots.OrderBy(lot => lot.Acquired),
            _ => Chosen(account, asset, lots),
        };
    }

    /// <summary>The lots named for sale first, in that order; the others after them, oldest first.</summary>
    private static IEnumerable<TaxLot> Chosen(PlacementAccount account, string asset, IReadOnlyList<TaxLot> lots)
    {
        var named = account.Markets.Where(market => market.Asset == asset).SelectMany(market => market.SaleLots).Distinct().ToList();
        var others = Enumerable.Range(0, lots.Count).Where(index => !named.Contains(index)).OrderBy(index => lots[index].Acquired);
        return named.Concat(others).Select(index => lots[index]);
    }
}
