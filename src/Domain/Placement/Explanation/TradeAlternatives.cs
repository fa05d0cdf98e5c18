using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// Why a trade is made here and not elsewhere. It is taken out of the plan, and the best trade of its asset in each other account is worked out
/// in its place, under all rules and without some: what is named is what stands in the way, or by how much it would be dearer.
/// </summary>
internal sealed class TradeAlternatives(PlanState state)
{
    // A millionth of a basis point of the portfolio: anything nearer is the same.
    private const decimal SameShareOfValue = 1e-10m;

    private readonly TradeTrial _trial = new(state);
    private readonly Portfolio _portfolio = state.Portfolio;
    private readonly MoneyText _money = MoneyText.Of(state.Portfolio);

    public IReadOnlyList<TradeAlternative> Of(TradeOption made, bool isBuy)
    {
        if (_portfolio.IsFreeCash(made.Asset))
        {
            return [];
        }

        var lots = state.LotsOf(made, isBuy);
        var worth = _trial.WorthOf(made, isBuy);
        state.Set(made, isBuy, 0);
        var found = new List<(string Account, AlternativeKind Kind, string Reason, decimal? Dearer)>();
        foreach (var (index, account) in _portfolio.Accounts.Index().Where(entry => entry.Index != made.AccountIndex))
        {
            var (kind, reason, dearer) = Judge(made, index, isBuy, worth);
            found.Add((account.Id, kind, reason, dearer));
        }

        state.Set(made, isBuy, lots);
        return
        [
            .. found.GroupBy(entry => (entry.Kind, Reason: entry.Kind == AlternativeKind.Dearer ? Cause(entry.Reason) : entry.Reason))
                .OrderBy(group => group.Key.Kind)
                .Select(group => Summary(group.Key.Kind, [.. group.OrderBy(entry => entry.Dearer)])),
        ];
    }

    private TradeAlternative Summary(AlternativeKind kind, List<(string Account, AlternativeKind Kind, string Reason, decimal? Dearer)> entries)
    {
        var nearest = entries[0].Dearer;
        var reason = kind == AlternativeKind.Dearer && entries.Count > 1 && entries[^1].Dearer != nearest
            ? $"dearer by {_money.Number(nearest!.Value)} to {_money.Of(entries[^1].Dearer!.Value)} {Cause(entries[0].Reason)}".TrimEnd()
            : entries[0].Reason;
        return new TradeAlternative(kind, reason, nearest, [.. entries.Select(entry => entry.Account)]);
    }

    private static string Cause(string dearer) => dearer.IndexOf('(', StringComparison.Ordinal) is var at and >= 0 ? dearer[at..] : "";

    private (AlternativeKind Kind, string Reason, decimal? Dearer) Judge(TradeOption made, int account, bool isBuy, Trial worth)
    {
        var asset = made.Asset;
        var same = _portfolio.TotalValue * SameShareOfValue;
        if (_portfolio.Accounts[account].Frozen)
        {
            return (AlternativeKind.Frozen, "the account is frozen", null);
        }

        if (!isBuy && _portfolio.Balance(_portfolio.Accounts[account], asset) <= 0)
        {
            return (AlternativeKind.NothingHeld, $"no {asset} is held there", null);
        }

        if (_portfolio.Trades.Of(account, asset) is not { Count: > 0 } options)
        {
            return (AlternativeKind.NoMarket, $"{asset} is not traded there", null);
        }

        var closed = options.Select(option => Closing.Of(state, option, isBuy)).Aggregate((all, next) => all & next);
        var possible = closed == Obstacle.None ? Best(options, isBuy, Obstacle.None) : null;
        if (possible is { } there && there.Gain >= worth.Gain - same)
        {
            return state.FreeCash(made.AccountIndex) < 0 || state.Balance(made.AccountIndex, made.Quote) < 0
                ? (AlternativeKind.ProceedsNeeded, $"the money is needed in {made.Account}", null)
                : (AlternativeKind.Equal, "it would do as well there", null);
        }

        // If only its costs stand in the way, lifting every other rule makes it no better.
        if (Best(options, isBuy, Obstacle.All & ~Obstacle.Cost) is not { } ideal || ideal.Gain < worth.Gain - same)
        {
            return Dearer(worth, possible ?? Best(options, isBuy, Obstacle.All & ~Obstacle.Cost));
        }

        var hindrance = new Obstacles(_trial).Smallest(options, isBuy, closed, worth.Gain - same)!.Value;
        return hindrance.Set == Obstacle.Cost && possible is { } costly
            ? Dearer(worth, costly)
            : (KindOf(hindrance.Set), Reason(hindrance, account, isBuy, worth.Value), null);
    }

    /// <summary>By how much the plan would be worse, and which item of the costs makes most of it.</summary>
    private (AlternativeKind Kind, string Reason, decimal? Dearer) Dearer(Trial made, Trial? there)
    {
        if (there is not { } other)
        {
            return (AlternativeKind.Dearer, "not worth its cost there", made.Gain);
        }

        var lots = _portfolio.Problem.DeviationWeight * (made.Nearer - other.Nearer);
        var (_, cause) = new[]
        {
            (other.Costs.Charges - made.Costs.Charges, "fee and spread"), (other.Costs.Ticket - made.Costs.Ticket, "ticket"), (other.Costs.Tax - made.Costs.Tax, "tax"),
            (other.Costs.Preference - made.Costs.Preference, "it is liked less there"), (lots, "it fits the target less well"),
        }.MaxBy(item => item.Item1);
        var dearer = made.Gain - other.Gain;
        return (AlternativeKind.Dearer, $"dearer by {_money.Of(dearer)} ({cause})", dearer);
    }

    private Trial? Best(IReadOnlyList<TradeOption> options, bool isBuy, Obstacle lifted) => options
        .Select(option => _trial.Best(option, isBuy, lifted)).Where(found => found is not null).MaxBy(found => found!.Value.Gain);

    private string Reason(Hindrance hindrance, int account, bool isBuy, decimal value) => hindrance.Set == Obstacle.Cash
        ? $"it has only {_money.Number(Math.Max(0, state.Spendable(account, hindrance.Trial.Option.Quote)))} of the {_money.Of(value)} in cash"
        : ObstacleWords.Of(state, hindrance, isBuy);

    private static AlternativeKind KindOf(Obstacle set) => set switch
    {
        Obstacle.None => AlternativeKind.Equal,
        Obstacle.Side or Obstacle.Mode or Obstacle.Closed => AlternativeKind.NotAllowed,
        Obstacle.WashSale => AlternativeKind.WashSale,
        Obstacle.Opposite => AlternativeKind.TradedTheOtherWay,
        Obstacle.Cap => AlternativeKind.Cap,
        Obstacle.Cash => AlternativeKind.NoCash,
        Obstacle.Most => AlternativeKind.TooLarge,
        Obstacle.Least => AlternativeKind.BelowMinimum,
        Obstacle.Lot => AlternativeKind.LotTooLarge,
        Obstacle.Gains => AlternativeKind.GainBudget,
        Obstacle.Cost => AlternativeKind.Dearer,
        _ => AlternativeKind.Several,
    };
}
