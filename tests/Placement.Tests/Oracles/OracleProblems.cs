using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>Seeded small problems with every rule that makes placement hard: tickets, minimums, lots, reserves, fees, accounts without proceeds.</summary>
internal static class OracleProblems
{
    public static PlacementProblem Create(int seed, int accounts, int assets, bool wholeShares)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, assets).Select(index => $"A{index}").ToList();
        var prices = new SortedDictionary<string, decimal>(names.ToDictionary(name => name, _ => random.Next(8000, 30000) / 100m));
        var raw = names.Select(_ => random.Next(0, 10)).ToList();
        var total = Math.Max(1, raw.Sum() + random.Next(0, 6));
        return new PlacementProblem
        {
            AsOf = new DateOnly(2026, 11, 21),
            BaseCurrency = "USD",
            Prices = prices,
            Targets = new SortedDictionary<string, decimal>(names.Zip(raw).ToDictionary(pair => pair.First, pair => Math.Floor(1000m * pair.Second / total) / 1000)),
            DeviationWeight = random.Next(1, 4) * 0.05m,
            OrderPenalty = random.Next(0, 3) * 0.5m,
            Accounts = [.. Enumerable.Range(0, accounts).Select(index => CreateAccount(random, $"x{index}", names, wholeShares))],
        };
    }

    private static PlacementAccount CreateAccount(Random random, string id, List<string> names, bool wholeShares)
    {
        var cash = random.Next(0, 45000) / 100m;
        var ticket = random.Next(0, 3) * 0.5m;
        return new PlacementAccount
        {
            Id = id,
            Cash = new() { ["USD"] = cash },
            Reserve = random.Next(0, 3) == 0 ? Math.Floor(cash / 4) : 0,
            UseProceeds = random.Next(0, 3) > 0,
            Holdings = new SortedDictionary<string, decimal>(names.ToDictionary(name => name, _ => (decimal)random.Next(0, 3))),
            Markets =
            [
                .. names.Where(_ => random.Next(0, 5) > 0).Select(name => new PlacementMarket
                {
                    Asset = name,
                    Quote = "USD",
                    LotSize = wholeShares || random.Next(0, 2) == 0 ? 1 : 0,
                    MinNotional = random.Next(0, 3) == 0 ? 150 : 0,
                    MinQuantity = random.Next(0, 4) == 0 ? 2 : 0,
                    FeeRate = random.Next(0, 3) * 0.001m,
                    HalfSpread = random.Next(0, 2) * 0.0005m,
                    TicketFee = ticket,
                    Allow = random.Next(0, 8) switch { 0 => AllowedSides.Buy, 1 => AllowedSides.Sell, _ => AllowedSides.Both },
                }),
            ],
        };
    }
}
