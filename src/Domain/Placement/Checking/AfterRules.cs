namespace Rebalancer.Domain.Placement.Checking;

/// <summary>What the plan says every account has afterwards is what its trades leave there.</summary>
internal static class AfterRules
{
    public static void Check(PlanLedger ledger, Plan plan, List<string> violations)
    {
        foreach (var account in ledger.Accounts)
        {
            var id = account.Account.Id;
            if (plan.Accounts.FirstOrDefault(after => after.Id == id) is not { } printed)
            {
                violations.Add($"accounts: {id} is not among the accounts after");
                continue;
            }

            Figures.Expect("accounts", $"cash before of {id}", printed.CashBefore, account.Cash(account.Before), violations);
            Figures.Expect("accounts", $"cash after of {id}", printed.CashAfter, account.Cash(account.After), violations);
            foreach (var asset in new SortedSet<string>(account.After.Keys.Concat(printed.HoldingsAfter.Keys)).Where(asset => !ledger.IsCash(asset)))
            {
                var quantity = account.After.GetValueOrDefault(asset);
                Figures.Expect("accounts", $"{asset} after of {id}", printed.HoldingsAfter.GetValueOrDefault(asset), quantity, violations);
            }
        }
    }
}
