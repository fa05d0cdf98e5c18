using System.Globalization;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Search;

/// <summary>Large portfolios made to break the search, all of them off their targets.</summary>
internal static class BreakingProblems
{
    /// <param name="change">What is special about an account.</param>
    public static PlacementProblem Create(int accounts, int assets, Func<PlacementAccount, int, PlacementAccount>? change = null)
    {
        var names = Enumerable.Range(0, assets).Select(Name).ToList();
        var prices = new SortedDictionary<string, decimal>(names.Index().ToDictionary(entry => entry.Item, entry => 17m + (entry.Index * 13 % 400)), StringComparer.Ordinal);
        return new PlacementProblem
        {
            AsOf = new DateOnly(2026, 11, 21),
            BaseCurrency = "USD",
            Prices = prices,
            Targets = new(names.Index().ToDictionary(entry => entry.Item, entry => Math.Round(0.95m / assets * (entry.Index % 2 == 0 ? 1.4m : 0.6m), 6)), StringComparer.Ordinal),
            Accounts = [.. Enumerable.Range(0, accounts).Select(index => Account(index, names, prices)).Select((account, index) => change?.Invoke(account, index) ?? account)],
        };
    }

    public static string Name(int asset) => string.Create(CultureInfo.InvariantCulture, $"A{asset:0000}");

    private static PlacementAccount Account(int index, List<string> names, SortedDictionary<string, decimal> prices) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"account-{index}"),
        Cash = new(StringComparer.Ordinal) { ["USD"] = 900 + (index * 37 % 500) },
        Holdings = new(names.ToDictionary(name => name, name => Math.Ceiling(2_000 / prices[name])), StringComparer.Ordinal),
        Markets = [.. names.Where((_, asset) => (asset + index) % 3 > 0).Select(name => new PlacementMarket
        {
            Asset = name, Quote = "USD", LotSize = 1, MinNotional = 20, FeeRate = 0.0005m, TicketFee = index % 2,
        })],
    };
}
