using System.Globalization;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Bench.Placement;

/// <summary>
/// Seeded portfolios of the shape real ones have: 60 % of pairs tradable, 30 % of assets fractional, prices 15–900 log-uniform, account sizes
/// log-normal around 120,000, tickets of 0, 1, 2.5 or 5, κ of 2–25 basis points, minimums of 1–100, reserve 1 %, cash 1–10 %, tax lots with
/// gains of −20…60 % in half of the accounts, taxed at 20 %, targets off by about 35 %, 97 % invested.
/// </summary>
internal static class PortfolioInstance
{
    private const decimal HalfSpread = 0.0001m;
    private const int MostLots = 3;
    private static readonly DateOnly Today = new(2026, 11, 21);

    /// <param name="washSaleDays">0 leaves wash sales out: the shape above does not name them.</param>
    public static PlacementProblem Create(int accounts, int assets, int seed, int washSaleDays = 0)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, assets).Select(i => string.Create(CultureInfo.InvariantCulture, $"A{i:000}")).ToArray();
        var prices = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            prices[name] = Math.Round((decimal)(15 * Math.Pow(60, random.NextDouble())), 2);
        }

        var isFractional = names.Select(_ => random.NextDouble() < 0.3).ToArray();
        var list = Enumerable.Range(0, accounts).Select(index => Account(random, index, names, prices, isFractional)).ToList();
        return new PlacementProblem
        {
            AsOf = Today, BaseCurrency = "USD", Prices = prices, Accounts = list, Targets = Targets(random, names, prices, list),
            Taxes = new TaxRules { ShortTermRate = 0.2m, LongTermRate = 0.2m, WashSaleDays = washSaleDays },
        };
    }

    private static PlacementAccount Account(
        Random random, int index, string[] names, SortedDictionary<string, decimal> prices, bool[] isFractional)
    {
        var size = 120_000 * Math.Exp(0.7 * Gaussian(random));
        var tradable = names.Index().Where(_ => random.NextDouble() < 0.6).ToList();
        var shares = tradable.Select(_ => random.NextDouble()).ToArray();
        var cash = (decimal)(size * (0.01 + (0.09 * random.NextDouble())));
        decimal[] tickets = [0, 1, 2.5m, 5];
        var ticket = tickets[random.Next(tickets.Length)];
        var taxable = random.Next(2) == 0;
        var holdings = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var lots = new SortedDictionary<string, IReadOnlyList<TaxLot>>(StringComparer.Ordinal);
        foreach (var (position, (asset, name)) in tradable.Index())
        {
            var quantity = (decimal)(size * shares[position] / shares.Sum()) / prices[name];
            holdings[name] = isFractional[asset] ? Math.Round(quantity, 6) : Math.Floor(quantity);
            if (taxable)
            {
                lots[name] = Lots(random, holdings[name], prices[name], isFractional[asset] ? 6 : 0);
            }
        }

        return new PlacementAccount
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"account-{index:000}"),
            Cash = new(StringComparer.Ordinal) { ["USD"] = Math.Round(cash, 2) },
            Reserve = Math.Round((decimal)size * 0.01m, 2),
            Taxable = taxable,
            Holdings = holdings,
            Lots = lots,
            Markets = [.. tradable.Select(entry => new PlacementMarket
            {
                Asset = entry.Item, Quote = "USD", LotSize = isFractional[entry.Index] ? 0 : 1, MinNotional = random.Next(1, 101),
                FeeRate = (decimal)Math.Round((2 + (23 * random.NextDouble())) / 10_000, 6) - HalfSpread, HalfSpread = HalfSpread, TicketFee = ticket,
            })],
        };
    }

    /// <summary>One to three lots that add up to the holding, each bought at a price of its own.</summary>
    private static List<TaxLot> Lots(Random random, decimal holding, decimal price, int decimals)
    {
        var count = random.Next(1, MostLots + 1);
        var lots = new List<TaxLot>();
        var left = holding;
        for (var lot = 1; lot <= count && left > 0; lot++)
        {
            var quantity = lot == count ? left : Math.Min(left, Math.Round(left * (decimal)random.NextDouble(), decimals));
            var gain = -0.2 + (0.8 * random.NextDouble());
            var acquired = Today.AddDays(-random.Next(40, 2000));
            if (quantity > 0)
            {
                lots.Add(new TaxLot(quantity, Math.Round(price / (decimal)(1 + gain), 4), acquired));
                left -= quantity;
            }
        }

        return lots;
    }

    private static SortedDictionary<string, decimal> Targets(
        Random random, string[] names, SortedDictionary<string, decimal> prices, List<PlacementAccount> accounts)
    {
        var wanted = names.Select(name =>
            (double)accounts.Sum(account => account.Holdings.GetValueOrDefault(name) * prices[name]) * Math.Exp(0.35 * Gaussian(random))).ToArray();
        var total = wanted.Sum();
        return new(names.Index().ToDictionary(entry => entry.Item, entry => Math.Round((decimal)(0.97 * wanted[entry.Index] / total), 8)), StringComparer.Ordinal);
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
