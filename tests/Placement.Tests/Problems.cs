using System.Globalization;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests;

/// <summary>Small placement problems, written the way one would say them.</summary>
internal static class Problems
{
    public static PlacementProblem Problem(string targets, string prices, params PlacementAccount[] accounts) => new()
    {
        AsOf = new DateOnly(2026, 11, 21),
        BaseCurrency = "USD",
        Targets = Amounts(targets),
        Prices = Amounts(prices),
        Accounts = accounts,
    };

    public static PlacementAccount Account(string id, decimal cash, string holdings = "", params PlacementMarket[] markets) =>
        new() { Id = id, Cash = Amounts($"USD {cash.ToString(CultureInfo.InvariantCulture)}"), Holdings = Amounts(holdings), Markets = markets };

    public static PlacementMarket Shares(string asset) => new() { Asset = asset, Quote = "USD", LotSize = 1, HalfSpread = 0 };

    public static PlacementMarket Fractional(string asset, decimal minNotional = 0, decimal feeRate = 0) =>
        new() { Asset = asset, Quote = "USD", MinNotional = minNotional, FeeRate = feeRate, HalfSpread = 0 };

    /// <summary>"SPY 60, BND 250" as a dictionary.</summary>
    public static SortedDictionary<string, decimal> Amounts(string text) => new(
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(pair => pair.Split(' '))
            .ToDictionary(pair => pair[0], pair => decimal.Parse(pair[1], CultureInfo.InvariantCulture)),
        StringComparer.Ordinal);
}
