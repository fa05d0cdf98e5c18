using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>Caps on what may be held after, and the band of fewest-trades.</summary>
internal static class LimitRules
{
    public static void Check(PlanLedger ledger, Plan plan, List<string> violations)
    {
        foreach (var account in ledger.Accounts)
        {
            CheckAccount(ledger, account, violations);
        }

        CheckGroups(ledger, violations);
        CheckBand(ledger, plan, violations);
    }

    private static void CheckAccount(PlanLedger ledger, AccountLedger account, List<string> violations)
    {
        var id = account.Account.Id;
        foreach (var (asset, cap) in account.Account.Caps)
        {
            var before = account.Before.GetValueOrDefault(asset) * ledger.Price(asset);
            var after = account.After.GetValueOrDefault(asset) * ledger.Price(asset);
            CheckCap($"cap: {asset} in {id}", before, after, cap, violations);
        }

        if (account.Account.Cap is { } whole)
        {
            var before = account.Investments(account.Before);
            CheckCap($"account cap: holdings in {id}", before, account.Investments(account.After), whole, violations);
        }
    }

    private static void CheckGroups(PlanLedger ledger, List<string> violations)
    {
        foreach (var group in ledger.Problem.Groups)
        {
            var before = GroupValue(ledger, group, account => account.Before);
            var after = GroupValue(ledger, group, account => account.After);
            CheckCap($"group: {group.Name}", before, after, group.Max * ledger.TotalValue, violations);
        }
    }

    private static decimal GroupValue(PlanLedger ledger, GroupCap group, Func<AccountLedger, SortedDictionary<string, decimal>> balances) =>
        ledger.Accounts
            .Where(account => group.Accounts.Count == 0 || group.Accounts.Contains(account.Account.Id))
            .Where(account => group.Venues.Count == 0 || (account.Account.Venue is { } venue && group.Venues.Contains(venue)))
            .SelectMany(balances)
            .Where(entry => ledger.IsManaged(entry.Key) && !ledger.IsCurrency(entry.Key) && (group.Assets.Count == 0 || group.Assets.Contains(entry.Key)))
            .Sum(entry => entry.Value * ledger.Price(entry.Key));

    /// <summary>What was above its cap before may be impossible to sell; it may stay, but not grow.</summary>
    private static void CheckCap(string rule, decimal before, decimal after, decimal cap, List<string> violations)
    {
        if (Figures.Below(Math.Max(cap, before), after))
        {
            violations.Add($"{rule} would be worth {DecimalText.Format(after)}, above {DecimalText.Format(cap)}");
        }
    }

    private static void CheckBand(PlanLedger ledger, Plan plan, List<string> violations)
    {
        if (ledger.Problem.Objective != PlacementObjective.FewestTrades || plan.Status == PlanStatus.Infeasible || plan.Fallback || ledger.TotalValue <= 0)
        {
            return;
        }

        foreach (var row in DeviationRows.Of(ledger))
        {
            var distance = Math.Abs(row.After / ledger.TotalValue - row.Target);
            if (Figures.Below(ledger.Problem.Band, distance))
            {
                violations.Add($"band: {row.Name} would be {DecimalText.Format(distance)} from its target, outside {DecimalText.Format(ledger.Problem.Band)}");
            }
        }
    }
}
