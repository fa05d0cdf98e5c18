using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>The gain budget and the wash-sale window.</summary>
internal static class TaxChecks
{
    public static void Check(PlanLedger ledger, IReadOnlyList<LotSale> sales, List<string> violations)
    {
        if (ledger.Problem.Taxes is not { } rules)
        {
            return;
        }

        var gain = sales.Sum(sale => sale.Gain);
        if (rules.GainBudget is { } budget && Figures.Below(budget, gain))
        {
            violations.Add($"gain budget: the sells realise {DecimalText.Format(gain)}, above {DecimalText.Format(budget)}");
        }

        if (rules.WashSaleDays > 0)
        {
            CheckWashSales(ledger, rules.WashSaleDays, sales, violations);
        }
    }

    /// <summary>A loss does not count when the same asset is bought, by any account, within the window before or after it.</summary>
    private static void CheckWashSales(PlanLedger ledger, int days, IReadOnlyList<LotSale> sales, List<string> violations)
    {
        var recent = ledger.Problem.RecentTrades
            .Where(trade => Math.Abs(trade.Date.DayNumber - ledger.Problem.AsOf.DayNumber) <= days)
            .ToList();
        var bought = new SortedSet<string>(ledger.Trades.Where(trade => trade.Side == TradeSide.Buy).Select(trade => trade.Asset));
        var lost = new SortedSet<string>(sales.Where(sale => sale.Gain < 0).Select(sale => sale.Asset));
        foreach (var asset in bought)
        {
            if (lost.Contains(asset) || recent.Exists(trade => trade.Asset == asset && trade.Side == TradeSide.Sell && trade.Gain < 0))
            {
                violations.Add($"wash sale: {asset} is bought within {days} days of a sale at a loss");
            }
        }

        foreach (var asset in lost.Where(asset => recent.Exists(trade => trade.Asset == asset && trade.Side == TradeSide.Buy)))
        {
            violations.Add($"wash sale: {asset} is sold at a loss within {days} days of a purchase");
        }
    }
}
