using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>
/// What the words of a problem mean, written from the specification and not from the program: what is money, what counts, what an asset
/// counts for. Rows are the lines of the deviation.
/// </summary>
internal sealed class Ledger
{
    private readonly HashSet<string> _money;
    private readonly Dictionary<string, Dictionary<string, decimal>> _standsFor = [];

    public Ledger(PlacementProblem problem)
    {
        Problem = problem;
        _money = [problem.BaseCurrency, .. problem.Accounts.SelectMany(account => account.Cash.Keys.Concat(account.Markets.Select(market => market.Quote)))];
        Value = problem.Accounts.Sum(account => Names(account).Where(IsManaged).Sum(name => (Before(account, name) + account.Unsettled.GetValueOrDefault(name)) * Price(name)))
            - problem.Withdraw.Values.Sum();
        Rows = [.. problem.Targets.Keys.Union(problem.Accounts.SelectMany(Names).Where(name => IsManaged(name) && !IsCash(name)).SelectMany(name => StandsFor(name).Keys)).Order(StringComparer.Ordinal)];
        RowsBefore = [.. Rows.Select(row => problem.Accounts.Sum(account => Names(account).Where(name => IsManaged(name) && !IsCash(name))
            .Sum(name => StandsFor(name).GetValueOrDefault(row) * (Before(account, name) + account.Unsettled.GetValueOrDefault(name)) * Price(name))))];
    }

    public PlacementProblem Problem { get; }

    /// <summary>V.</summary>
    public decimal Value { get; }

    public IReadOnlyList<string> Rows { get; }

    public IReadOnlyList<decimal> RowsBefore { get; }

    public decimal Price(string name) => name == Problem.BaseCurrency ? 1 : Problem.Prices[name];

    public bool IsManaged(string name) => !Problem.Unmanaged.Contains(name);

    public bool IsMoney(string name) => IsManaged(name) && _money.Contains(name);

    public bool IsCash(string name) => IsMoney(name) && !Problem.Targets.ContainsKey(name);

    public decimal Before(PlacementAccount account, string name) => account.Cash.GetValueOrDefault(name) + account.Holdings.GetValueOrDefault(name);

    /// <summary>Everything the account has or could have.</summary>
    public IEnumerable<string> Names(PlacementAccount account) => new SortedSet<string>(
        [
            .. account.Cash.Keys, .. account.Holdings.Keys, .. account.Unsettled.Keys,
            .. account.Markets.SelectMany(market => new[] { market.Asset, market.Quote, market.FeeIn ?? market.Quote }),
        ], StringComparer.Ordinal);

    /// <summary>Cash of an account in base currency, of given balances.</summary>
    public decimal CashOf(PlacementAccount account, Func<string, decimal> balance) => Names(account).Where(IsCash).Sum(name => balance(name) * Price(name));

    /// <summary>Share by row: of a fund its parts, of a ticker its set, of anything targeted itself too.</summary>
    public Dictionary<string, decimal> StandsFor(string name) => _standsFor.TryGetValue(name, out var known) ? known : _standsFor[name] = WorkOut(name);

    private Dictionary<string, decimal> WorkOut(string name)
    {
        var shares = new Dictionary<string, decimal>();
        var parts = Problem.Exposures.GetValueOrDefault(name);
        var sets = Problem.Replacements.Where(set => set.Value.Contains(name)).Select(set => set.Key).ToList();
        foreach (var (row, share) in (parts ?? []).SelectMany(part => StandsFor(part.Key).Select(row => (row.Key, row.Value * part.Value))).Concat(sets.Select(set => (set, 1m))))
        {
            shares[row] = shares.GetValueOrDefault(row) + share;
        }

        if ((parts is null && sets.Count == 0) || (Problem.Targets.ContainsKey(name) && !sets.Contains(name)))
        {
            shares[name] = 1;
        }

        return shares;
    }

    /// <summary>Bought for some target, directly or through what it stands for.</summary>
    public bool IsWanted(string name) => StandsFor(name).Keys.Any(row => Problem.Targets.GetValueOrDefault(row) > 0);

    /// <summary>Some line it counts in is further from its target than the threshold; without a threshold everything is.</summary>
    public bool IsFarFromTarget(string name) => Problem.Threshold is not { } threshold
        || StandsFor(name).Keys.Any(row => Math.Abs(RowsBefore[Rows.ToList().IndexOf(row)] - (Problem.Targets.GetValueOrDefault(row) * Value)) > threshold * Value);

    /// <summary>Cash is missing in the account, or in all of them.</summary>
    public bool IsShort(PlacementAccount account)
    {
        decimal Cash(PlacementAccount each) => CashOf(each, name => Before(each, name)) - Problem.Withdraw.GetValueOrDefault(each.Id);
        return Cash(account) < account.Reserve || Names(account).Any(name => IsMoney(name) && Before(account, name) < 0)
            || (Problem.CashReserve > 0 && Problem.Accounts.Sum(Cash) < Problem.CashReserve);
    }

    /// <summary>Cost of holding an asset in an account of this kind, as a share of value.</summary>
    public decimal Preference(PlacementAccount account, string name)
    {
        var sets = Problem.Replacements.Where(set => set.Value.Contains(name)).Select(set => set.Key);
        var byKind = Problem.Location.GetValueOrDefault(name) ?? sets.Select(set => Problem.Location.GetValueOrDefault(set)).FirstOrDefault();
        return account.Kind is null || byKind is null ? 0 : byKind.GetValueOrDefault(account.Kind) / 10_000;
    }
}
