namespace Rebalancer.Domain.Placement.Checking;

/// <summary>The printed figures are what the trades give: value, deviations, cost, tax and the objective.</summary>
internal static class FigureRules
{
    public static void Check(PlanLedger ledger, IReadOnlyList<LotSale> sales, Plan plan, List<string> violations)
    {
        var rows = DeviationRows.Of(ledger);
        var value = ledger.TotalValue;
        var before = rows.Sum(row => Math.Abs(row.Before - row.Target * value));
        var after = rows.Sum(row => Math.Abs(row.After - row.Target * value));
        var cost = ledger.Trades.Sum(trade => CostOf(ledger, trade));
        var tax = ledger.Problem.Taxes is { } rules ? sales.Sum(sale => TaxOf(rules, sale)) : 0;
        var objective = ledger.Problem.DeviationWeight * after + cost + tax + ledger.Problem.OrderPenalty * ledger.Trades.Count;
        Figures.Expect("total value", "the plan", plan.TotalValue, value, violations);
        Figures.Expect("deviation before", "the plan", plan.DeviationBefore, before, violations);
        Figures.Expect("deviation after", "the plan", plan.DeviationAfter, after, violations);
        Figures.Expect("cost", "the plan", plan.Cost, cost, violations);
        Figures.Expect("tax", "the plan", plan.Tax, tax, violations);
        Figures.Expect("objective value", "the plan", plan.Objective, objective, violations);
        CheckWeights(rows, value, plan, violations);
    }

    private static decimal CostOf(PlanLedger ledger, PlannedTrade trade)
    {
        var market = ledger.Market(trade);
        return ledger.Value(trade) * (market.FeeRate + market.HalfSpread) + market.TicketFee;
    }

    private static decimal TaxOf(TaxRules rules, LotSale sale)
    {
        var rate = sale.LongTerm ? rules.LongTermRate : rules.ShortTermRate;
        return sale.Gain > 0 || rules.CreditLosses || rules.HarvestLosses ? sale.Gain * rate : 0;
    }

    private static void CheckWeights(IReadOnlyList<DeviationRow> rows, decimal value, Plan plan, List<string> violations)
    {
        if (value <= 0)
        {
            return;
        }

        var assets = plan.Assets.DistinctBy(asset => asset.Asset).ToDictionary(asset => asset.Asset, StringComparer.Ordinal);
        foreach (var row in rows.Where(row => row.Target != 0 || row.Before != 0 || row.After != 0))
        {
            if (!assets.TryGetValue(row.Name, out var printed))
            {
                violations.Add($"weights: {row.Name} is not among the assets");
                continue;
            }

            Figures.Expect("weights", $"{row.Name} before", (decimal)printed.Before, row.Before / value, violations);
            Figures.Expect("weights", $"{row.Name} target", (decimal)printed.Target, row.Target, violations);
            Figures.Expect("weights", $"{row.Name} after", (decimal)printed.After, row.After / value, violations);
        }
    }
}
