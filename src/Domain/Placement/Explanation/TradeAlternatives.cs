using System.Globalization;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// Why a trade is made here and not elsewhere. It is taken out of the plan, and the best trade of its asset in each other account is worked out
/// in its place, under all rules and without some: what is named is what stands in the way, or by how much it would be dearer.
/// </summary>
internal sealed class TradeAlternatives
{
    // A millionth of a basis point of the portfolio: anything nearer is the same.
    private const decimal SameShareOfValue = 1e-10m;

    private readonly PlanState _state;
    private readonly TradeTrial _trial;
    private readonly Obstacles _obstacles;
    private readonly Portfolio _portfolio;
    private readonly MoneyText _money;

    public TradeAlternatives(PlanState state)
    {
        _state = state;
        _trial = new TradeTrial(state);
        _obstacles = new Obstacles(state);
        _portfolio = state.Portfolio;
        _money = MoneyText.Of(_portfolio);
    }

    /// <param name="Words">The reason; of what is dearer with {0} for by how much.</param>
    /// <param name="Amount">By how much dearer, or how much cash there is; null for other kinds.</param>
    private readonly record struct Verdict(AlternativeKind Kind, string Words, decimal? Amount = null);

    public IReadOnlyList<TradeAlternative> Of(TradeOption made, bool isBuy)
    {
        if (_portfolio.IsFreeCash(made.Asset))
        {
            return [];
        }

        var lots = _state.LotsOf(made, isBuy);
        var worth = _trial.WorthOf(made, isBuy);
        _state.Set(made, isBuy, 0);
        var found = new List<(string Account, Verdict Verdict)>();
        foreach (var (index, account) in _portfolio.Accounts.Index().Where(entry => entry.Index != made.AccountIndex))
        {
            found.Add((account.Id, Judge(made, index, isBuy, worth)));
        }

        _state.Set(made, isBuy, lots);
        return
        [
            .. found.GroupBy(entry => (entry.Verdict.Kind, entry.Verdict.Words)).OrderBy(group => group.Key.Kind)
                .Select(group => Summary(group.Key.Kind, group.Key.Words, [.. group.OrderBy(entry => entry.Verdict.Amount)], worth.Value)),
        ];
    }

    private TradeAlternative Summary(AlternativeKind kind, string words, List<(string Account, Verdict Verdict)> entries, decimal value)
    {
        var (least, most) = (entries[0].Verdict.Amount ?? 0, entries[^1].Verdict.Amount ?? 0);
        var amounts = _money.IsNothing(most - least) ? _money.Of(most) : $"{_money.Number(least)} to {_money.Of(most)}";
        var reason = kind switch
        {
            AlternativeKind.Dearer => string.Format(CultureInfo.InvariantCulture, words, amounts),
            AlternativeKind.NoCash => $"not enough cash, {amounts} of the {_money.Of(value)}",
            _ => words,
        };
        return new TradeAlternative(kind, reason, kind == AlternativeKind.Dearer ? least : null, [.. entries.Select(entry => entry.Account)]);
    }

    private Verdict Judge(TradeOption made, int account, bool isBuy, Trial worth)
    {
        var asset = made.Asset;
        var same = _portfolio.TotalValue * SameShareOfValue;
        if (_portfolio.Accounts[account].Frozen)
        {
            return new Verdict(AlternativeKind.Frozen, "the account is frozen");
        }

        if (!isBuy && _portfolio.Balance(_portfolio.Accounts[account], asset) <= 0)
        {
            return new Verdict(AlternativeKind.NothingHeld, $"no {asset} is held there");
        }

        if (_portfolio.Trades.Of(account, asset) is not { Count: > 0 } options)
        {
            return new Verdict(AlternativeKind.NoMarket, $"{asset} is not traded there");
        }

        var sides = _trial.Sides(options, isBuy);
        var possible = Obstacles.Best(sides, Obstacle.None);
        if (possible is { } there && there.Gain >= worth.Gain - same)
        {
            return _state.FreeCash(made.AccountIndex) < 0 || _state.Balance(made.AccountIndex, made.Quote) < 0
                ? new Verdict(AlternativeKind.ProceedsNeeded, $"the money is needed in {made.Account}")
                : new Verdict(AlternativeKind.Equal, "it would do as well there");
        }

        // If only its costs stand in the way, lifting every other rule makes it no better.
        if (Obstacles.Best(sides, Obstacle.All & ~Obstacle.Cost) is not { } ideal || ideal.Gain < worth.Gain - same)
        {
            return Dearer(worth, possible ?? Obstacles.Best(sides, Obstacle.All & ~Obstacle.Cost));
        }

        var hindrance = _obstacles.Found(sides, worth.Gain - same, ideal);

        // Without lots or a minimum it would fit there; but a trade is possible with them, and costs so much more.
        return hindrance.Set is Obstacle.Cost or Obstacle.Lot or Obstacle.Least && possible is { } costly
            ? Dearer(worth, costly)
            : hindrance.Set == Obstacle.Cash
                ? new Verdict(AlternativeKind.NoCash, "", Math.Max(0, _state.Spendable(account, hindrance.Trial.Option.Quote)))
                : new Verdict(KindOf(hindrance.Set), ObstacleWords.Of(_state, hindrance, isBuy));
    }

    /// <summary>By how much the plan would be worse, and which item of the costs makes most of it.</summary>
    private static Verdict Dearer(Trial made, Trial? there)
    {
        if (there is not { } other)
        {
            return new Verdict(AlternativeKind.Dearer, "it is not worth its cost there, and without it the plan would be {0} worse", made.Gain);
        }

        // By unit of value: where a trade does not pay, the best that could be made there is a small one.
        var (most, cause) = new[]
        {
            (PerUnit(other, other.Costs.Charges) - PerUnit(made, made.Costs.Charges), "fee and spread"), (PerUnit(other, other.Costs.Ticket) - PerUnit(made, made.Costs.Ticket), "ticket"),
            (PerUnit(other, other.Costs.Tax) - PerUnit(made, made.Costs.Tax), "tax"), (PerUnit(other, other.Costs.Preference) - PerUnit(made, made.Costs.Preference), "it is liked less there"),
        }.MaxBy(item => item.Item1);
        cause = most > 0 ? cause : "it fits the target less well";
        return new Verdict(AlternativeKind.Dearer, other.Value == made.Value ? $"the same trade would cost {{0}} more there ({cause})" : $"the plan would be {{0}} worse with it there ({cause})", made.Gain - other.Gain);
    }

    private static decimal PerUnit(Trial trial, decimal cost) => trial.Value == 0 ? 0 : cost / trial.Value;

    private static AlternativeKind KindOf(Obstacle set) => set switch
    {
        Obstacle.None => AlternativeKind.Equal,
        Obstacle.Side or Obstacle.Mode or Obstacle.Closed => AlternativeKind.NotAllowed,
        Obstacle.WashSale => AlternativeKind.WashSale,
        Obstacle.Opposite => AlternativeKind.TradedTheOtherWay,
        Obstacle.Cap => AlternativeKind.Cap,
        Obstacle.Most => AlternativeKind.TooLarge,
        Obstacle.Least => AlternativeKind.BelowMinimum,
        Obstacle.Lot => AlternativeKind.LotTooLarge,
        Obstacle.Gains => AlternativeKind.GainBudget,
        Obstacle.Fees => AlternativeKind.NoFee,
        Obstacle.Cost => AlternativeKind.Dearer,
        _ => AlternativeKind.Several,
    };
}
