using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>A small problem under construction: a base of whole shares and dollars that rules are then added to, one after another.</summary>
internal sealed class ProblemDraft
{
    public ProblemDraft(int seed, bool fractional)
    {
        Random = new Random(seed);
        IsFractional = fractional;
        var accounts = fractional ? Random.Next(2, 4) : Random.Next(1, 4);
        var assets = fractional ? Random.Next(3, 6) : accounts == 3 ? 2 : Random.Next(2, 4);
        Assets = [.. Enumerable.Range(0, assets).Select(index => $"A{index}")];
        foreach (var asset in Assets)
        {
            Prices[asset] = Random.Next(8000, 30000) / 100m;
        }

        SetTargets(Assets);
        Accounts = [.. Enumerable.Range(0, accounts).Select(index => CreateAccount($"x{index}"))];
    }

    public Random Random { get; }

    public bool IsFractional { get; }

    public List<string> Assets { get; }

    public SortedDictionary<string, decimal> Prices { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, decimal> Targets { get; } = new(StringComparer.Ordinal);

    public List<PlacementAccount> Accounts { get; }

    /// <summary>Everything that is not built up here.</summary>
    public PlacementProblem Rest { get; set; } = new()
    {
        AsOf = new DateOnly(2026, 11, 21), BaseCurrency = "USD", Targets = [], Prices = [], Accounts = [],
    };

    public PlacementProblem Build() => Rest with { Prices = Prices, Targets = Targets, Accounts = Accounts };

    public int AnyAccount() => Random.Next(Accounts.Count);

    public string AnyAsset() => Assets[Random.Next(Assets.Count)];

    /// <summary>Even odds.</summary>
    public bool Toss() => Random.Next(2) == 0;

    public void Change(int account, Func<PlacementAccount, PlacementAccount> change) => Accounts[account] = change(Accounts[account]);

    public void ChangeAll(Func<PlacementAccount, PlacementAccount> change)
    {
        for (var account = 0; account < Accounts.Count; account++)
        {
            Change(account, change);
        }
    }

    /// <summary>Changes some of the markets that hold, at least one of them where there is any.</summary>
    public void ChangeMarkets(Func<PlacementMarket, PlacementMarket> change, Func<PlacementMarket, bool>? which = null)
    {
        var candidates = Accounts.SelectMany(account => account.Markets).Where(which ?? (market => Assets.Contains(market.Asset))).ToList();
        var sure = candidates.Count == 0 ? null : candidates[Random.Next(candidates.Count)];
        var chosen = candidates.Where(market => ReferenceEquals(market, sure) || Toss()).ToHashSet(ReferenceEqualityComparer.Instance);
        ChangeAll(account => account with { Markets = [.. account.Markets.Select(market => chosen.Contains(market) ? change(market) : market)] });
    }

    /// <summary>Gives every taxable holding two lots, one old and one young, dear or cheap.</summary>
    public void GiveLots() => ChangeAll(account => account with
    {
        Lots = new(account.Holdings.Where(holding => holding.Value > 0).ToDictionary(holding => holding.Key, holding => Lots(holding.Key, holding.Value)), StringComparer.Ordinal),
    });

    private IReadOnlyList<TaxLot> Lots(string asset, decimal quantity)
    {
        var old = Math.Floor(quantity / 2);
        TaxLot Lot(decimal size, int year) => new(size, Math.Round(Prices[asset] * Random.Next(4, 14) / 10m, 2), new DateOnly(year, Random.Next(1, 12), 1));
        return old > 0 ? [Lot(old, 2022), Lot(quantity - old, 2026)] : [Lot(quantity, Toss() ? 2022 : 2026)];
    }

    public void SetTargets(IReadOnlyList<string> names)
    {
        Targets.Clear();
        var raw = names.Select(_ => Random.Next(0, 10)).ToList();
        var total = Math.Max(1, raw.Sum() + Random.Next(0, 6));
        foreach (var (name, part) in names.Zip(raw).Where(pair => pair.Second > 0))
        {
            Targets[name] = Math.Floor(1000m * part / total) / 1000;
        }
    }

    private PlacementAccount CreateAccount(string id) => new()
    {
        Id = id,
        Cash = new(StringComparer.Ordinal) { ["USD"] = Random.Next(0, 45000) / 100m },
        Holdings = new(Assets.ToDictionary(name => name, _ => (decimal)Random.Next(0, 4)), StringComparer.Ordinal),
        Markets =
        [
            .. Assets.Where(_ => Random.Next(0, 6) > 0).Select(name => new PlacementMarket
            {
                Asset = name,
                Quote = "USD",
                LotSize = IsFractional && Toss() ? 0 : 1,
                FeeRate = Random.Next(0, 3) * 0.001m,
                HalfSpread = Random.Next(0, 2) * 0.0005m,
            }),
        ],
    };
}
