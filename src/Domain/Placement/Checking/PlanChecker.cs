namespace Rebalancer.Domain.Placement.Checking;

/// <summary>
/// Rebuilds a plan from its trades in decimal and checks it against every rule of the problem, before anyone sees it. It shares no code with
/// what made the plan, so that one mistake cannot hide another.
/// </summary>
public static class PlanChecker
{
    /// <returns>A sentence for every rule that is broken, each beginning with the rule's name; empty when the plan may be shown.</returns>
    public static IReadOnlyList<string> Check(PlacementProblem problem, Plan plan)
    {
        var violations = new List<string>();
        TradeRules.Check(problem, plan, violations);
        if (violations.Count > 0)
        {
            // Amounts that come out of trades which may not exist would only repeat the first mistake in other words.
            return violations;
        }

        var ledger = new PlanLedger(problem, plan.Trades);
        CashRules.Check(ledger, violations);
        LimitRules.Check(ledger, plan, violations);
        ResidueRules.Check(ledger, violations);
        var sales = LotSales.Of(ledger);
        TaxChecks.Check(ledger, sales, violations);
        FigureRules.Check(ledger, sales, plan, violations);
        AfterRules.Check(ledger, plan, violations);
        return violations;
    }
}
