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
        var before = Balances(ledger, account => account.HoldingsBefore, account => account.CashBefore);
        var after = Balances(ledger, account => account.HoldingsAfter, account => account.CashAfter);
        var assets = new SortedSet<string>(before.Keys.Concat(after.Keys).Where(ledger.IsManaged));
        var names = new SortedSet<string>(ledger.Problem.Targets.Keys.Concat(assets.SelectMany(asset => Shares(ledger.Problem, asset).Select(share => share.Row))));
        return
        [
            .. names.Select(name => new DeviationRow(
                name, ledger.Problem.Targets.GetValueOrDefault(name), RowValue(ledger, name, before), RowValue(ledger, name, after))),
        ];
    }

    private static decimal RowValue(PlanLedger ledger, string row, SortedDictionary<string, decimal> balances) =>
        balances.Where(balance => ledger.IsManaged(balance.Key)).Sum(balance =>
            balance.Value * ledger.Price(balance.Key) * Shares(ledger.Problem, balance.Key).Where(share => share.Row == row).Sum(share => share.Share));

    /// <summary>The rows an asset counts for, and with what share.</summary>
    private static IEnumerable<(string Row, decimal Share)> Shares(PlacementProblem problem, string asset)
    {
        var set = problem.Replacements.FirstOrDefault(entry => entry.Value.Contains(asset)).Key;
        var parts = problem.Exposures.GetValueOrDefault(asset);
        if (problem.Targets.ContainsKey(asset) || (set is null && parts is null))
        {
            yield return (asset, 1);
        }

        if (set is not null && set != asset)
        {
            yield return (set, 1);
        }

        foreach (var (part, share) in parts ?? [])
        {
            yield return (part, share);
        }
    }

    /// <summary>Everything held, and money that has a target; unsettled money counts as it does in V.</summary>
    private static SortedDictionary<string, decimal> Balances(
        PlanLedger ledger, Func<AccountLedger, SortedDictionary<string, decimal>> holdings, Func<AccountLedger, SortedDictionary<string, decimal>> cash)
    {
        var balances = new SortedDictionary<string, decimal>();
        foreach (var account in ledger.Accounts)
        {
            var targetedMoney = cash(account).Concat(account.Account.Unsettled).Where(entry => ledger.Problem.Targets.ContainsKey(entry.Key));
            foreach (var (asset, quantity) in holdings(account).Concat(targetedMoney))
            {
                balances[asset] = balances.GetValueOrDefault(asset) + quantity;
            }
        }

        return balances;
    }
}
