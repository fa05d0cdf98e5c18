using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Bounds;

/// <summary>Caps on every holding, of 0.9 to 1.6 times what is held: about one in seven is broken from the start.</summary>
internal static class CappedProblems
{
    /// <param name="unsellable">Share of the markets that only buy, so that what is above its cap there has to stay.</param>
    public static PlacementProblem Of(PlacementProblem problem, int seed, double unsellable = 0)
    {
        var random = new Random(seed);
        return problem with
        {
            Accounts = [.. problem.Accounts.Select(account => account with
            {
                Caps = new SortedDictionary<string, decimal>(
                    account.Holdings.ToDictionary(
                        holding => holding.Key,
                        holding => Math.Max(1, Math.Round(holding.Value * problem.Prices[holding.Key] * (decimal)(0.9 + (0.7 * random.NextDouble())), 2))),
                    StringComparer.Ordinal),
                Markets = [.. account.Markets.Select(market => random.NextDouble() < unsellable ? market with { Allow = AllowedSides.Buy } : market)],
            })],
        };
    }
}
