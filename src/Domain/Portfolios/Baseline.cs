namespace Rebalancer.Domain.Portfolios;

/// <summary>Quantities at the last decision or completion: what comes on top is a deposit, what their prices do is performance.</summary>
/// <param name="Quantities">Account → asset → quantity.</param>
public sealed record Baseline(
    SortedDictionary<string, SortedDictionary<string, decimal>> Quantities, SortedDictionary<string, decimal> Prices, decimal Index)
{
    public static Baseline Of(IEnumerable<AccountEvidence> accounts, IEnumerable<PricePoint> prices, string baseCurrency, decimal index)
    {
        var quantities = new SortedDictionary<string, SortedDictionary<string, decimal>>(StringComparer.Ordinal);
        foreach (var account in accounts.Where(account => account.BalancesAt is not null))
        {
            quantities[account.Id] = QuantitiesOf(account);
        }

        var priced = new SortedDictionary<string, decimal>(prices.ToDictionary(point => point.Asset, point => point.Price), StringComparer.Ordinal)
        {
            [baseCurrency] = 1,
        };
        return new Baseline(quantities, priced, index);
    }

    public Baseline Without(string account)
    {
        var rest = new SortedDictionary<string, SortedDictionary<string, decimal>>(Quantities, StringComparer.Ordinal);
        rest.Remove(account);
        return this with { Quantities = rest };
    }

    /// <summary>An asset whose price is not known now keeps its last one: a missing price is no gain and no loss.</summary>
    public decimal IndexAt(IReadOnlyDictionary<string, decimal> prices)
    {
        var before = 0m;
        var now = 0m;
        foreach (var (asset, quantity) in Quantities.Values.SelectMany(account => account))
        {
            if (Prices.TryGetValue(asset, out var price))
            {
                before += quantity * price;
                now += quantity * prices.GetValueOrDefault(asset, price);
            }
        }

        return before > 0 ? Index * now / before : Index;
    }

    /// <summary>The largest arrival since, in base currency; null when no balance grew by that much.</summary>
    public (string Account, string Asset, decimal Quantity)? LargestArrival(
        IEnumerable<AccountReading> readings, SortedDictionary<string, PricePoint> prices, decimal atLeast)
    {
        (string, string, decimal)? largest = null;
        var most = 0m;
        foreach (var reading in readings)
        {
            if (!Quantities.TryGetValue(reading.Id, out var before))
            {
                continue;
            }

            foreach (var balance in reading.Balances)
            {
                // What an arrival without a price is worth is not known; it is found once a market prices it.
                if (!prices.TryGetValue(balance.Asset, out var price))
                {
                    continue;
                }

                var arrived = balance.Total - before.GetValueOrDefault(balance.Asset);
                var value = arrived * price.Price;
                if (value > most && value >= atLeast)
                {
                    most = value;
                    largest = (reading.Id, balance.Asset, arrived);
                }
            }
        }

        return largest;
    }

    private static SortedDictionary<string, decimal> QuantitiesOf(AccountEvidence account)
    {
        var quantities = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var balance in account.Balances)
        {
            quantities[balance.Asset] = quantities.GetValueOrDefault(balance.Asset) + balance.Total;
        }

        return quantities;
    }
}
