using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>Rules about money: other currencies, other bases, fees that are taken in something else.</summary>
internal static class Currencies
{
    /// <summary>Some markets quote in euros, which an account may have or must buy first.</summary>
    public static void AddEuro(ProblemDraft draft)
    {
        draft.Prices["EUR"] = 1.1m;
        var conversion = new PlacementMarket { Asset = "EUR", Quote = "USD", LotSize = draft.IsFractional ? 0 : 100, FeeRate = 0.0005m, HalfSpread = 0 };
        draft.ChangeMarkets(market => market with { Quote = "EUR", MinNotional = market.MinNotional / 2 });
        draft.ChangeAll(account => account with
        {
            Cash = new(account.Cash, StringComparer.Ordinal) { ["EUR"] = draft.Toss() ? 0 : draft.Random.Next(10, 300) },
            Markets = [.. account.Markets, conversion],
        });
    }

    /// <summary>The last asset trades against the first one, which has a target and pays at the same time.</summary>
    public static void AddCrossMarket(ProblemDraft draft)
    {
        var (paying, bought) = (draft.Assets[0], draft.Assets[^1]);
        draft.Targets[paying] = Math.Max(0.05m, draft.Targets.GetValueOrDefault(paying));
        while (draft.Targets.Values.Sum() > 1)
        {
            draft.Targets.Remove(draft.Targets.Keys.Last());
        }

        var cross = new PlacementMarket { Asset = bought, Quote = paying, LotSize = draft.IsFractional ? 0 : 1, FeeRate = 0.001m, HalfSpread = 0 };
        draft.Change(draft.AnyAccount(), account => account with { Markets = [.. account.Markets, cross] });
    }

    /// <summary>The same portfolio counted in pounds or in bitcoin; every amount in base currency becomes another number.</summary>
    public static void ChangeBase(ProblemDraft draft)
    {
        var (name, unit) = draft.Toss() ? ("BTC", 50_000m) : ("GBP", 1.25m);
        foreach (var (asset, price) in draft.Prices.ToList())
        {
            draft.Prices[asset] = price / unit;
        }

        draft.Prices["USD"] = 1 / unit;
        SortedDictionary<string, decimal> Scaled(SortedDictionary<string, decimal> amounts) => new(amounts.ToDictionary(entry => entry.Key, entry => entry.Value / unit), StringComparer.Ordinal);
        draft.Rest = draft.Rest with
        {
            BaseCurrency = name, OrderPenalty = draft.Rest.OrderPenalty / unit, CashReserve = draft.Rest.CashReserve / unit, Withdraw = Scaled(draft.Rest.Withdraw),
            Taxes = draft.Rest.Taxes is { } taxes ? taxes with { GainBudget = taxes.GainBudget / unit } : null,
        };
        draft.ChangeAll(account => account with
        {
            Reserve = account.Reserve / unit, Cap = account.Cap / unit, Caps = Scaled(account.Caps),
            Markets = [.. account.Markets.Select(market => market with { TicketFee = market.TicketFee / unit })],
            Lots = new(account.Lots.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<TaxLot>)[.. entry.Value.Select(lot => lot with { UnitCost = lot.UnitCost / unit })]), StringComparer.Ordinal),
        });
    }

    /// <summary>A coin that nobody trades pays the fees of some markets; it may be outside of what is managed.</summary>
    public static void TakeFeesInAThird(ProblemDraft draft)
    {
        draft.Prices["BNB"] = 0.5m;
        draft.ChangeAll(account => account with { Holdings = new(account.Holdings, StringComparer.Ordinal) { ["BNB"] = draft.Random.Next(0, 9) } });
        draft.ChangeMarkets(market => market with { FeeIn = "BNB", FeeRate = 0.004m });
        if (draft.Toss())
        {
            draft.Rest = draft.Rest with { Unmanaged = [.. draft.Rest.Unmanaged, "BNB"] };
        }
    }
}
