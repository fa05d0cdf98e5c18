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
        foreach (var (name, cap) in account.Account.Caps)
        {
            var tickers = Tickers(ledger.Problem, name);
            decimal Value(SortedDictionary<string, decimal> balances) => tickers.Sum(asset => ledger.Worth(asset, balances.GetValueOrDefault(asset)));
            CheckCap($"cap: {name} in {id}", Value(account.Before), Value(account.After), cap, violations);
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
            CheckCap($"group: {group.Name}", before, after, group.MaxValue ?? (group.Max * ledger.TotalValue), violations);
        }
    }

    /// <summary>A group without assets counts everything but cash; named money counts.</summary>
    private static decimal GroupValue(PlanLedger ledger, GroupCap group, Func<AccountLedger, SortedDictionary<string, decimal>> balances)
    {
        var tickers = group.Assets.SelectMany(name => Tickers(ledger.Problem, name)).ToList();
        return ledger.Accounts
            .Where(account => group.Accounts.Count == 0 || group.Accounts.Contains(account.Account.Id))
            .Where(account => group.Venues.Count == 0 || (account.Account.Venue is { } venue && group.Venues.Contains(venue)))
            .SelectMany(balances)
            .Where(entry => ledger.IsManaged(entry.Key) && (tickers.Count == 0 ? !ledger.IsCash(entry.Key) : tickers.Contains(entry.Key)))
            .Sum(entry => ledger.Worth(entry.Key, entry.Value));
    }

    /// <summary>An asset by its own name, and the tickers of a replacement set by the set's.</summary>
    private static SortedSet<string> Tickers(PlacementProblem problem, string name) => [name, .. problem.Replacements.GetValueOrDefault(name) ?? []];

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
