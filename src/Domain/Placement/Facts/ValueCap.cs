namespace Rebalancer.Domain.Placement.Facts;

/// <summary>A largest value after, over some assets of some accounts: one asset in an account, all of an account, or a group.</summary>
internal sealed record ValueCap(string Name, decimal Largest, IReadOnlyList<int> Accounts, IReadOnlyList<string> Assets)
{
    /// <summary>True of a group's cap that its owner gave as a share of the portfolio.</summary>
    public bool IsShare { get; init; }

    public bool Covers(int account, string asset) => Accounts.Contains(account) && (Assets.Count == 0 || Assets.Contains(asset, StringComparer.Ordinal));

    /// <summary>Cash counts only where it is named; what is not settled yet is not held yet.</summary>
    public bool Counts(Portfolio portfolio, int account, string asset) => Covers(account, asset) && (Assets.Count > 0 || !portfolio.IsFreeCash(asset));

    /// <summary>All caps of the problem. The name of a replacement set stands for its tickers.</summary>
    public static IReadOnlyList<ValueCap> Of(PlacementProblem problem, decimal totalValue)
    {
        var caps = new List<ValueCap>();
        foreach (var (index, account) in problem.Accounts.Index())
        {
            caps.AddRange(account.Caps.Select(cap => new ValueCap($"cap of {cap.Key} in {account.Id}", cap.Value, [index], TickersOf(problem, cap.Key))));
            if (account.Cap is { } whole)
            {
                caps.Add(new ValueCap($"cap of {account.Id}", whole, [index], []));
            }
        }

        foreach (var group in problem.Groups)
        {
            var accounts = problem.Accounts.Index().Where(entry =>
                (group.Accounts.Count == 0 || group.Accounts.Contains(entry.Item.Id, StringComparer.Ordinal))
                && (group.Venues.Count == 0 || (entry.Item.Venue is { } venue && group.Venues.Contains(venue, StringComparer.Ordinal))));
            caps.Add(new ValueCap(
                group.MaxValue is null ? $"group {group.Name}" : group.Name, group.MaxValue ?? (group.Max * totalValue), [.. accounts.Select(entry => entry.Index)],
                [.. group.Assets.SelectMany(name => TickersOf(problem, name))]) { IsShare = group.MaxValue is null });
        }

        return caps;
    }

    private static IReadOnlyList<string> TickersOf(PlacementProblem problem, string name) =>
        problem.Replacements.TryGetValue(name, out var tickers) ? [.. tickers.Union([name], StringComparer.Ordinal)] : [name];
}
