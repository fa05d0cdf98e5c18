namespace Rebalancer.Domain.Placement.Checking;

/// <summary>One line of the deviation: a target and the value that counts for it.</summary>
internal sealed record DeviationRow(string Name, decimal Target, decimal Before, decimal After);

/// <summary>
/// The rows of Σ|value − target·V|: every targeted name, and with target 0 everything managed that is held, traded or looked through to. A fund that
/// is looked through and a ticker of a replacement set count for what they stand for, and have a row of their own only when targeted. Untargeted
/// money has none.
/// </summary>
internal static class DeviationRows
{
    public static IReadOnlyList<DeviationRow> Of(PlanLedger ledger)
    {
        var before = Values(ledger, account => account.Before);
        var after = Values(ledger, account => account.After);
        var names = new SortedSet<string>(ledger.Problem.Targets.Keys.Concat(before.Keys).Concat(after.Keys), StringComparer.Ordinal);
        return
        [
            .. names.Select(name => new DeviationRow(
                name, ledger.Problem.Targets.GetValueOrDefault(name), before.GetValueOrDefault(name), after.GetValueOrDefault(name))),
        ];
    }

    /// <summary>The rows that an asset counts in.</summary>
    public static IEnumerable<string> NamesOf(PlacementProblem problem, string asset)
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        AddShares(problem, asset, 1, values);
        return values.Keys;
    }

    /// <summary>Value by row; unsettled money counts as it does in V.</summary>
    private static SortedDictionary<string, decimal> Values(PlanLedger ledger, Func<AccountLedger, SortedDictionary<string, decimal>> balances)
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var owned = ledger.Accounts.SelectMany(account => balances(account).Concat(account.Account.Unsettled));
        foreach (var (asset, quantity) in owned.Where(entry => entry.Value != 0 && ledger.IsManaged(entry.Key) && !ledger.IsCash(entry.Key)))
        {
            AddShares(ledger.Problem, asset, quantity * ledger.Price(asset), values);
        }

        return values;
    }

    /// <summary>A part of a fund may itself be a fund or a ticker of a set, so a value is handed down until it reaches a row.</summary>
    private static void AddShares(PlacementProblem problem, string asset, decimal value, SortedDictionary<string, decimal> values)
    {
        var parts = problem.Exposures.GetValueOrDefault(asset);
        var sets = problem.Replacements.Where(entry => entry.Value.Contains(asset)).Select(entry => entry.Key).ToList();
        if ((parts is null && sets.Count == 0) || (problem.Targets.ContainsKey(asset) && !sets.Contains(asset)))
        {
            values[asset] = values.GetValueOrDefault(asset) + value;
        }

        foreach (var set in sets)
        {
            values[set] = values.GetValueOrDefault(set) + value;
        }

        foreach (var (part, share) in parts ?? [])
        {
            AddShares(problem, part, share * value, values);
        }
    }
}
