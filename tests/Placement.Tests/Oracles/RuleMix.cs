using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>Every rule of placement as a change to a draft, so that problems can mix them evenly.</summary>
internal static class RuleMix
{
    private const int FewestRules = 3;
    private const int MostRules = 6;

    public static readonly IReadOnlyList<(string Name, Action<ProblemDraft> Add)> Rules =
    [
        ("second currency", Currencies.AddEuro),
        ("cross market", Currencies.AddCrossMarket),
        ("unsettled cash", draft => draft.Change(draft.AnyAccount(), account => account with { Unsettled = new(StringComparer.Ordinal) { ["USD"] = draft.Random.Next(10, 300) } })),
        ("minimum notional", draft => draft.ChangeMarkets(market => market with { MinNotional = draft.Random.Next(50, 400) })),
        ("maximum notional", draft => draft.ChangeMarkets(market => market with { MaxNotional = draft.Random.Next(300, 600) })),
        ("threshold", draft => draft.Rest = draft.Rest with { Threshold = draft.Random.Next(2, 20) / 100m }),
        ("minimum quantity", draft => draft.ChangeMarkets(market => market with { MinQuantity = draft.Random.Next(2, 4) })),
        ("maximum quantity", draft => draft.ChangeMarkets(market => market with { MaxQuantity = draft.Random.Next(1, 3) })),
        ("lot size", draft => draft.ChangeMarkets(market => market with { LotSize = draft.Toss() ? 2 : 0.5m })),
        ("volume share", draft => draft.ChangeMarkets(market => market with { Volume = draft.Random.Next(5, 20), MaxVolumeShare = 0.2m })),
        ("fee in base", draft => draft.ChangeMarkets(market => market with { FeeIn = market.Asset, FeeRate = 0.01m })),
        ("fee in a third asset", Currencies.TakeFeesInAThird),
        ("ticket", draft => draft.ChangeMarkets(market => market with { TicketFee = draft.Random.Next(1, 8) * 0.5m })),
        ("do not buy", draft => draft.ChangeMarkets(market => market with { Allow = AllowedSides.Sell })),
        ("do not sell", draft => draft.ChangeMarkets(market => market with { Allow = AllowedSides.Buy })),
        ("not traded", draft => draft.ChangeMarkets(market => market with { Allow = AllowedSides.None })),
        ("unmanaged", draft => { draft.Targets.Remove(draft.Assets[0]); draft.Rest = draft.Rest with { Unmanaged = [draft.Assets[0]] }; }),
        ("cap of an asset", draft => draft.Change(draft.AnyAccount(), account => account with { Caps = new(StringComparer.Ordinal) { [draft.AnyAsset()] = draft.Random.Next(100, 700) } })),
        ("cap of an account", draft => draft.Change(draft.AnyAccount(), account => account with { Cap = draft.Random.Next(200, 1200) })),
        ("cap of a venue", draft =>
        {
            draft.Change(draft.AnyAccount(), account => account with { Venue = "exchange" });
            AddGroup(draft, new GroupCap("venue", [], [], ["exchange"], draft.Random.Next(2, 7) / 10m));
        }),
        ("cap of a group", draft => AddGroup(draft, new GroupCap("assets", [draft.AnyAsset()], [], [], draft.Random.Next(1, 6) / 10m))),
        ("reserve", draft => draft.Change(draft.AnyAccount(), account => account with { Reserve = draft.Random.Next(20, 200) })),
        ("common reserve", draft => draft.Rest = draft.Rest with { CashReserve = draft.Random.Next(50, 500) }),
        ("withdrawal", draft => draft.Rest = draft.Rest with { Withdraw = new(StringComparer.Ordinal) { ["x0"] = draft.Random.Next(20, 300) } }),
        ("negative cash", draft => draft.Change(draft.AnyAccount(), account => account with { Cash = new(StringComparer.Ordinal) { ["USD"] = -draft.Random.Next(10, 250) } })),
        ("location", draft =>
        {
            draft.ChangeAll(account => account with { Kind = draft.Toss() ? "retirement" : "exchange" });
            draft.Rest = draft.Rest with { Location = new(StringComparer.Ordinal) { [draft.AnyAsset()] = new(StringComparer.Ordinal) { ["exchange"] = draft.Random.Next(5, 60) } } };
        }),
        ("replacement set", StandIns.AddReplacements),
        ("look-through", StandIns.AddFund),
        ("frozen account", draft => draft.Change(draft.AnyAccount(), account => account with { Frozen = true })),
        ("settled cash only", draft => draft.Change(draft.AnyAccount(), account => account with { UseProceeds = false })),
        ("one direction", draft => draft.Rest = draft.Rest with { OneDirectionPerAsset = true }),
        ("full close", StandIns.DropTargetWithMinimum),
        ("lots by HIFO", draft => AddTaxes(draft, taxes => taxes with { Method = TaxLotMethod.Hifo })),
        ("lots by FIFO", draft => AddTaxes(draft, taxes => taxes with { Method = TaxLotMethod.Fifo })),
        ("named lots", draft =>
        {
            AddTaxes(draft, taxes => taxes with { Method = TaxLotMethod.Specific });
            draft.ChangeAll(account => account with { Markets = [.. account.Markets.Select(market => market with { SaleLots = account.Lots.TryGetValue(market.Asset, out var lots) ? [lots.Count - 1] : [] })] });
        }),
        ("untaxed account", draft => { AddTaxes(draft, taxes => taxes); draft.Change(draft.AnyAccount(), account => account with { Taxable = false }); }),
        ("gain budget", draft => AddTaxes(draft, taxes => taxes with { GainBudget = draft.Random.Next(0, 200) })),
        ("credited losses", draft => AddTaxes(draft, taxes => taxes with { CreditLosses = true })),
        ("harvested losses", draft => AddTaxes(draft, taxes => taxes with { HarvestLosses = true })),
        ("recent loss", draft => AddRecent(draft, TradeSide.Sell)),
        ("recent purchase", draft => AddRecent(draft, TradeSide.Buy)),
        ("buy only", draft => draft.Rest = draft.Rest with { Objective = PlacementObjective.BuyOnly }),
        ("sell only", draft => draft.Rest = draft.Rest with { Objective = PlacementObjective.SellOnly }),
        ("fewest trades", draft => draft.Rest = draft.Rest with { Objective = PlacementObjective.FewestTrades, Band = draft.Random.Next(5, 25) / 100m }),

        // Last, because it counts in another unit all that the others wrote down.
        ("another base currency", Currencies.ChangeBase),
    ];

    /// <returns>The problem and the names of the rules that are in it.</returns>
    public static (PlacementProblem Problem, IReadOnlyList<string> Rules) Create(int seed, bool fractional = false)
    {
        var draft = new ProblemDraft(seed, fractional);
        draft.Rest = draft.Rest with { DeviationWeight = draft.Random.Next(1, 4) * 0.05m, OrderPenalty = draft.Random.Next(0, 3) * 0.5m };

        // The first rule goes round, so that every rule is met equally often whatever the draws are.
        var chosen = new SortedSet<int> { seed % Rules.Count };
        while (chosen.Count < draft.Random.Next(FewestRules, MostRules))
        {
            chosen.Add(draft.Random.Next(Rules.Count));
        }

        foreach (var rule in chosen)
        {
            Rules[rule].Add(draft);
        }

        return (draft.Build(), [.. chosen.Select(rule => Rules[rule].Name)]);
    }

    private static void AddGroup(ProblemDraft draft, GroupCap group) => draft.Rest = draft.Rest with { Groups = [.. draft.Rest.Groups, group] };

    private static void AddTaxes(ProblemDraft draft, Func<TaxRules, TaxRules> change)
    {
        if (draft.Rest.Taxes is null)
        {
            draft.GiveLots();
        }

        draft.Rest = draft.Rest with { Taxes = change(draft.Rest.Taxes ?? new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.15m, WashSaleDays = draft.Toss() ? 30 : 0 }) };
    }

    private static void AddRecent(ProblemDraft draft, TradeSide side)
    {
        AddTaxes(draft, taxes => taxes with { WashSaleDays = 30, CreditLosses = draft.Toss() });
        var date = draft.Rest.AsOf.AddDays(-draft.Random.Next(1, 40));
        draft.Rest = draft.Rest with { RecentTrades = [.. draft.Rest.RecentTrades, new RecentTrade("elsewhere", draft.AnyAsset(), side, date, side == TradeSide.Sell ? -50 : null)] };
    }
}
