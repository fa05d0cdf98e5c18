using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>What the trades of all accounts come to together, in the order in which the stages judge it.</summary>
internal sealed record Verdict(decimal CashShortfall, decimal CapExcess, decimal Value, decimal Objective)
{
    /// <summary>For fewest trades: what is short is restored first, and that may leave no plan within the band.</summary>
    public const decimal OutsideTheBand = decimal.MaxValue / 2;

    /// <summary>Smaller in the first figure that differs.</summary>
    public bool Beats(Verdict? other) => other is null || (CashShortfall, CapExcess, Value).CompareTo((other.CashShortfall, other.CapExcess, other.Value)) < 0;
}

/// <summary>
/// The best plan found by trying everything, in decimal, under every rule: each account's permitted sets of trades, and all their
/// combinations. It shares nothing with the program. Needs a lot size in every market.
/// </summary>
internal sealed class ExhaustiveOracle
{
    private const long MostCombinations = 400_000;

    private readonly Ledger _ledger;
    private readonly bool _fewest;

    public ExhaustiveOracle(PlacementProblem problem)
    {
        _ledger = new Ledger(problem);
        _fewest = problem.Objective == PlacementObjective.FewestTrades;
    }

    private PlacementProblem Problem => _ledger.Problem;

    /// <returns>The best; null with <paramref name="isTooLarge"/> where there is too much to try, otherwise where no plan keeps the rules.</returns>
    public Verdict? Best(out bool isTooLarge)
    {
        var moves = Problem.Accounts.Select(account => new AccountMoves(_ledger, account).All()).ToList();
        isTooLarge = moves.Contains(null) || moves.Aggregate(1L, (product, list) => product * list!.Count) > MostCombinations;
        return isTooLarge ? null : Combine(moves!, 0, [], null);
    }

    /// <summary>What the oracle makes of a plan; null where the plan breaks a rule.</summary>
    public Verdict? Judge(Plan plan)
    {
        var outcomes = new List<AccountOutcome>();
        foreach (var account in Problem.Accounts)
        {
            var trades = plan.Trades.Where(trade => trade.Account == account.Id)
                .Select(trade => new OracleTrade(account.Markets.Single(market => market.Asset == trade.Asset && market.Quote == trade.Quote), trade.Side, trade.Quantity))
                .ToList();
            var outcome = new AccountOutcome(_ledger, account, trades);
            if (!outcome.IsPermitted || outcome.Bought.Overlaps(outcome.Sold) || !trades.TrueForAll(trade => AccountMoves.IsAllowed(_ledger, account, trade)))
            {
                return null;
            }

            outcomes.Add(outcome);
        }

        return Together(outcomes);
    }

    private Verdict? Combine(List<IReadOnlyList<AccountOutcome>> moves, int index, List<AccountOutcome> chosen, Verdict? best)
    {
        if (index == moves.Count)
        {
            return Together(chosen) is { } verdict && verdict.Beats(best) ? verdict : best;
        }

        foreach (var outcome in moves[index])
        {
            chosen.Add(outcome);
            best = Combine(moves, index + 1, chosen, best);
            chosen.RemoveAt(index);
        }

        return best;
    }

    /// <summary>The rules that accounts can only break together, and the figures of all.</summary>
    private Verdict? Together(List<AccountOutcome> outcomes)
    {
        if (BreaksDirections(outcomes) || BreaksTaxRules(outcomes) || GroupExcess(outcomes) is not { } excess || CommonShortfall(outcomes) is not { } shortfall)
        {
            return null;
        }

        var (deviation, isOutside) = (0m, false);
        for (var row = 0; row < _ledger.Rows.Count; row++)
        {
            var value = _ledger.RowsBefore[row];
            foreach (var outcome in outcomes)
            {
                value += outcome.RowChanges[row];
            }

            var distance = Math.Abs(value - (Problem.Targets.GetValueOrDefault(_ledger.Rows[row]) * _ledger.Value));
            isOutside |= _fewest && distance > (Problem.Band * _ledger.Value) + 1e-18m;
            deviation += distance;
        }

        var (orders, cost, location, turnover) = (0, 0m, 0m, 0m);
        foreach (var outcome in outcomes)
        {
            shortfall += outcome.CashShortfall;
            excess += outcome.CapExcess;
            orders += outcome.Orders;
            cost += outcome.Cost + outcome.Tax;
            location += outcome.Location;
            turnover += outcome.Turnover;
        }

        var objective = (Problem.DeviationWeight * deviation) + cost + (Problem.OrderPenalty * orders);
        return new Verdict(shortfall, excess, isOutside ? Verdict.OutsideTheBand : _fewest ? orders + (turnover / (1000 * _ledger.Value)) : objective + location, objective);
    }

    private bool BreaksDirections(List<AccountOutcome> outcomes) => Problem.OneDirectionPerAsset && AnyOverlap(outcomes, outcome => outcome.Bought, outcome => outcome.Sold);

    private bool BreaksTaxRules(List<AccountOutcome> outcomes) => Problem.Taxes is { } rules
        && (outcomes.Sum(outcome => outcome.Gain) > (rules.GainBudget ?? decimal.MaxValue)
            || (rules.WashSaleDays > 0 && (AnyOverlap(outcomes, outcome => outcome.Bought, outcome => outcome.SoldAtALoss)
                || outcomes.Exists(outcome => outcome.SoldAtALoss.Any(asset => AccountMoves.Recent(Problem, asset).Any(recent => recent.Side == Domain.Common.TradeSide.Buy))))));

    private static bool AnyOverlap(List<AccountOutcome> outcomes, Func<AccountOutcome, HashSet<string>> one, Func<AccountOutcome, HashSet<string>> other) =>
        outcomes.Exists(left => one(left).Count > 0 && outcomes.Exists(right => one(left).Overlaps(other(right))));

    /// <returns>What is above the groups' caps and was before; null where a cap is broken anew.</returns>
    private decimal? GroupExcess(List<AccountOutcome> outcomes)
    {
        var total = 0m;
        foreach (var group in Problem.Groups)
        {
            var (before, after) = (0m, 0m);
            foreach (var (index, account) in Problem.Accounts.Index().Where(entry => IsOf(group, entry.Item)))
            {
                var members = MembersOf(_ledger, group, account);
                before += members.Sum(name => _ledger.Before(account, name) * _ledger.Price(name));
                after += members.Sum(name => outcomes[index].After(name) * _ledger.Price(name));
            }

            var largest = group.Max * _ledger.Value;
            if (after > Math.Max(before, largest) + 1e-18m)
            {
                return null;
            }

            total += Math.Max(0, after - largest - 1e-18m);
        }

        return total;
    }

    /// <summary>What a group counts in an account: what it names, or everything but cash.</summary>
    public static IReadOnlyList<string> MembersOf(Ledger ledger, GroupCap group, PlacementAccount account) => group.Assets.Count == 0
        ? [.. ledger.Names(account).Where(name => ledger.IsManaged(name) && !ledger.IsCash(name))]
        : [.. group.Assets.SelectMany(name => ledger.Problem.Replacements.GetValueOrDefault(name, []).Append(name)).Intersect(ledger.Names(account)).Where(ledger.IsManaged)];

    public static bool IsOf(GroupCap group, PlacementAccount account) =>
        (group.Accounts.Count == 0 || group.Accounts.Contains(account.Id)) && (group.Venues.Count == 0 || group.Venues.Contains(account.Venue ?? ""));

    private decimal? CommonShortfall(List<AccountOutcome> outcomes)
    {
        if (Problem.CashReserve == 0)
        {
            return 0;
        }

        var before = Problem.Accounts.Sum(account => _ledger.CashOf(account, name => _ledger.Before(account, name)));
        var (after, required) = (outcomes.Sum(outcome => outcome.Cash), Problem.CashReserve + Problem.Withdraw.Values.Sum());
        return after < Math.Min(before, required) - 1e-18m ? null : Math.Max(0, required - after - 1e-18m);
    }
}
