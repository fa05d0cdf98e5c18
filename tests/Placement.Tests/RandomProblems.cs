using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests;

/// <summary>Seeded portfolios of brokers and exchanges that use the rules of placement in all mixtures.</summary>
internal static class RandomProblems
{
    public static PlacementProblem Create(int seed, int accounts, int assets)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, assets).Select(index => $"A{index:00}").ToList();
        var prices = new SortedDictionary<string, decimal>(StringComparer.Ordinal) { ["EUR"] = 1.1m };
        var targets = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            prices[name] = Math.Round((decimal)Math.Exp((random.NextDouble() * 7) + 1), 2);
            targets[name] = Math.Round(0.95m / assets * (decimal)(0.5 + (random.NextDouble() * 0.5)), 4);
        }

        return new PlacementProblem
        {
            AsOf = new DateOnly(2026, 11, 21),
            BaseCurrency = "USD",
            Targets = targets,
            Prices = prices,
            Accounts = [.. Enumerable.Range(0, accounts).Select(index => Account(random, index, names, prices))],
            Taxes = random.Next(3) == 0 ? new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.15m, Method = (TaxLotMethod)random.Next(2), GainBudget = random.Next(2) == 0 ? 500 : null } : null,
            Groups = random.Next(3) == 0 ? [new GroupCap("first", names[..2], [], [], 0.3m)] : [],
            OneDirectionPerAsset = random.Next(4) == 0,
            CashReserve = random.Next(3) == 0 ? 200 : 0,
        };
    }

    private static PlacementAccount Account(Random random, int index, List<string> names, SortedDictionary<string, decimal> prices)
    {
        var isExchange = index % 2 == 0;
        var quote = random.Next(4) == 0 ? "EUR" : "USD";
        var holdings = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var lots = new SortedDictionary<string, IReadOnlyList<TaxLot>>(StringComparer.Ordinal);
        foreach (var name in names.Where(_ => random.Next(3) > 0))
        {
            var quantity = (decimal)random.Next(1, 4000) / prices[name];
            holdings[name] = isExchange ? Math.Round(quantity, 8) : Math.Ceiling(quantity);
            var old = Math.Round(holdings[name] / 2, 8);
            lots[name] =
            [
                new TaxLot(old, prices[name] * 0.6m, new DateOnly(2023, 1, 1)),
                new TaxLot(holdings[name] - old, prices[name] * (decimal)(0.7 + (random.NextDouble() * 0.5)), new DateOnly(2026, 6, 1)),
            ];
        }

        var markets = names.Where(_ => random.Next(5) > 0).Select(name => new PlacementMarket
        {
            Asset = name,
            Quote = quote,
            LotSize = isExchange ? (random.Next(2) == 0 ? 0 : 0.0001m) : 1,
            MinNotional = isExchange ? 10 : 0,
            FeeRate = isExchange ? 0.001m : 0,
            HalfSpread = 0.0002m,
            TicketFee = isExchange ? 0 : random.Next(2),
            Allow = random.Next(8) == 0 ? AllowedSides.Sell : AllowedSides.Both,
        }).ToList();
        if (quote == "EUR")
        {
            markets.Add(new PlacementMarket { Asset = "EUR", Quote = "USD", MinNotional = 1, FeeRate = 0.0005m });
        }

        return new PlacementAccount
        {
            Id = $"account-{index}",
            Cash = new SortedDictionary<string, decimal>(StringComparer.Ordinal) { ["USD"] = random.Next(6) == 0 ? -300 : random.Next(0, 5000), [quote] = random.Next(0, 2000) },
            Reserve = random.Next(3) == 0 ? 100 : 0,
            UseProceeds = random.Next(4) > 0,
            Frozen = random.Next(8) == 0,
            Holdings = holdings,
            Lots = lots,
            Markets = markets,
            Caps = random.Next(3) == 0 ? new SortedDictionary<string, decimal>(StringComparer.Ordinal) { [names[0]] = 1500 } : [],
        };
    }
}
