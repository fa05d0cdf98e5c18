using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>No account ends with negative cash, below its reserve or without what is to be withdrawn; a sell never exceeds the holding.</summary>
internal static class CashRules
{
    public static void Check(PlanLedger ledger, List<string> violations)
    {
        foreach (var account in ledger.Accounts)
        {
            CheckBalances(ledger, account, violations);
            CheckFloor(ledger, account, violations);
            CheckPresentCash(ledger, account, violations);
        }

        CheckCommonReserve(ledger, violations);
    }

    /// <summary>Cash is missing before any trade: below zero, below what the account keeps, or below the common reserve.</summary>
    public static bool IsShort(PlanLedger ledger, string id)
    {
        var account = ledger.Accounts.First(account => account.Account.Id == id);
        var common = ledger.Problem.CashReserve + ledger.Problem.Withdraw.Values.Sum();
        return account.Before.Any(entry => ledger.IsCurrency(entry.Key) && ledger.IsManaged(entry.Key) && entry.Value < 0)
            || account.Cash(account.Before) < account.Account.Reserve + ledger.Problem.Withdraw.GetValueOrDefault(id)
            || (ledger.Problem.CashReserve > 0 && ledger.Accounts.Sum(each => each.Cash(each.Before)) < common);
    }

    /// <summary>A balance that was negative before may stay so where nothing can be sold, but never get worse, and nothing is bought meanwhile.</summary>
    private static void CheckBalances(PlanLedger ledger, AccountLedger account, List<string> violations)
    {
        foreach (var (asset, after) in account.After)
        {
            var floor = Math.Min(0, account.Before.GetValueOrDefault(asset));
            if (Figures.Below(after, floor) || (Figures.Below(after, 0) && account.Buys))
            {
                var rule = ledger.IsCurrency(asset) ? "cash" : "holding";
                violations.Add($"{rule}: {account.Account.Id} would have {DecimalText.Format(after)} {asset}");
            }
        }
    }

    private static void CheckFloor(PlanLedger ledger, AccountLedger account, List<string> violations)
    {
        var required = account.Account.Reserve + ledger.Problem.Withdraw.GetValueOrDefault(account.Account.Id);
        var before = account.Cash(account.Before);
        var after = account.Cash(account.After);
        if (required > 0 && (Figures.Below(after, Math.Min(required, before)) || (Figures.Below(after, required) && account.Buys)))
        {
            violations.Add(
                $"reserve: {account.Account.Id} would have {DecimalText.Format(after)} in cash, below {DecimalText.Format(required)} for reserve and withdrawal");
        }
    }

    /// <summary>Without the use of proceeds, everything paid is paid out of cash that is there now.</summary>
    private static void CheckPresentCash(PlanLedger ledger, AccountLedger account, List<string> violations)
    {
        if (account.Account.UseProceeds)
        {
            return;
        }

        // A sell of more than is held is named as such; here it is about what comes in during the plan and is spent in it.
        foreach (var (asset, left) in account.WithoutInflows.Where(entry => !Figures.Below(account.After[entry.Key], Math.Min(0, account.Before.GetValueOrDefault(entry.Key)))))
        {
            if (Figures.Below(left, Math.Min(0, account.Before.GetValueOrDefault(asset))))
            {
                violations.Add($"proceeds: {account.Account.Id} would spend {DecimalText.Format(-left)} {asset} that it does not have yet");
            }
        }

        var required = account.Account.Reserve + ledger.Problem.Withdraw.GetValueOrDefault(account.Account.Id);
        var floor = Math.Min(required, account.Cash(account.Before));
        var remaining = account.Cash(account.WithoutInflows);
        if (required > 0 && Figures.Below(remaining, floor))
        {
            violations.Add(
                $"proceeds: {account.Account.Id} would go to {DecimalText.Format(remaining)} before its proceeds arrive, below {DecimalText.Format(required)} for reserve and withdrawal");
        }
    }

    private static void CheckCommonReserve(PlanLedger ledger, List<string> violations)
    {
        var required = ledger.Problem.CashReserve + ledger.Problem.Withdraw.Values.Sum();
        var before = ledger.Accounts.Sum(account => account.Cash(account.Before));
        var after = ledger.Accounts.Sum(account => account.Cash(account.After));
        var buys = ledger.Accounts.Any(account => account.Buys);
        if (ledger.Problem.CashReserve > 0 && (Figures.Below(after, Math.Min(required, before)) || (Figures.Below(after, required) && buys)))
        {
            violations.Add($"cash reserve: all accounts together would have {DecimalText.Format(after)}, below {DecimalText.Format(required)}");
        }
    }
}
