using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Bounds;

/// <summary>Random problems with the rules that reach over rows: stand-ins, look-through, targeted currencies, wash sales, several markets.</summary>
internal static class BoundProblems
{
    public static PlacementProblem Create(int seed)
    {
        var problem = RandomProblems.Create(seed, accounts: 1 + (seed % 3), assets: 3 + (seed % 3));
        var random = new Random(seed + 100_000);
        if (random.Next(3) == 0)
        {
            problem = problem with { Exposures = new(StringComparer.Ordinal) { ["A02"] = Amounts("A00 0.6, A01 0.4") } };
        }
        else if (random.Next(3) == 0)
        {
            problem = problem with { Replacements = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["set"] = ["A00", "A01"] } };
            problem.Targets["set"] = problem.Targets["A00"] + problem.Targets["A01"];
            problem.Targets.Remove("A00");
            problem.Targets.Remove("A01");
        }

        if (random.Next(3) == 0)
        {
            problem.Targets["EUR"] = 0.03m;
        }

        if (problem.Taxes is not null && random.Next(2) == 0)
        {
            problem = problem with { RecentTrades = [new RecentTrade("account-0", "A00", (TradeSide)random.Next(2), new DateOnly(2026, 11, 1), -10)] };
        }

        return random.Next(3) > 0 ? problem : problem with
        {
            Accounts = [.. problem.Accounts.Select(account => account with { Kind = "kind", Markets = WithSecondQuote(account.Markets) })],
            Location = new(StringComparer.Ordinal) { ["A01"] = Amounts("kind 8") },
        };
    }

    private static List<PlacementMarket> WithSecondQuote(IReadOnlyList<PlacementMarket> markets) =>
        [.. markets, .. markets.Where(market => market.Asset == "A00" && market.Quote != "EUR").Select(market => market with { Quote = "EUR", FeeRate = 0.0002m })];
}
