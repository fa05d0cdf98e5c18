using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>What cash alone gives cause for, whatever the bands say: a debt is paid back first, and idle money is put to work.</summary>
internal static class CashCauses
{
    /// <summary>An account owes, or has less cash than it keeps, and holds something that it may sell; null when none does.</summary>
    public static Trigger? Short(PortfolioState state, Preparation.Ready look)
    {
        var least = LeastWorthwhile(look);
        var known = state.OutOfReach is { } reach && reach.HasSameMarkets(look.Problem) ? reach.Short : [];
        return look.Problem.Accounts
            .Where(account => !account.Frozen && !known.Contains(account.Id, StringComparer.Ordinal) && CanSell(account))
            .Select(account => (account.Id, Missing: MissingIn(look.Problem, account)))
            .Where(entry => entry.Missing > least)
            .OrderByDescending(entry => entry.Missing)
            .Select(entry => new Trigger(TriggerKind.ShortCash, $"{entry.Id} lacks {Words.Money(entry.Missing, look.Problem.BaseCurrency)} of cash"))
            .FirstOrDefault();
    }

    /// <summary>More cash is spendable than the last plan left, more than its target, and somewhere it could buy; null otherwise.</summary>
    public static Trigger? Idle(PortfolioState state, Preparation.Ready look)
    {
        var problem = look.Problem;
        var least = LeastWorthwhile(look);
        var spendable = SpendableIn(problem);
        var isKnown = state.OutOfReach is { Cash: { } left } reach && spendable - left <= least && reach.HasSameMarkets(problem);
        if (isKnown || problem.Objective == PlacementObjective.SellOnly || !problem.Accounts.Any(account => CanBuy(problem, account, least)))
        {
            return null;
        }

        var all = problem.Accounts.Sum(account => CashOf(problem, account.Cash) + CashOf(problem, account.Unsettled));
        var target = look.Valuation.Total * (1 - problem.Targets.Values.Sum());
        var reserves = problem.Accounts.Where(account => !account.Frozen).Sum(account => account.Reserve);
        var idle = Math.Min(spendable - reserves, all - Math.Max(target, Math.Max(reserves, problem.CashReserve)));
        return idle > least ? new Trigger(TriggerKind.IdleCash, $"{Words.Money(idle, problem.BaseCurrency)} of cash is idle") : null;
    }

    /// <summary>Cash of the accounts that may trade, in base currency.</summary>
    public static decimal SpendableIn(PlacementProblem problem) =>
        problem.Accounts.Where(account => !account.Frozen).Sum(account => CashOf(problem, account.Cash));

    /// <summary>What an account owes, or lacks of its reserve, in base currency; 0 where it has enough.</summary>
    public static decimal MissingIn(PlacementProblem problem, PlacementAccount account)
    {
        var owed = account.Cash.Where(cash => cash.Value < 0).Sum(cash => -cash.Value * problem.PriceOf(cash.Key));
        return Math.Max(owed, account.Reserve - CashOf(problem, account.Cash));
    }

    /// <summary>Crumbs such as a fee booked late must not cause a decision each.</summary>
    private static decimal LeastWorthwhile(Preparation.Ready look) => Math.Max(look.Request.Settings.MinTradeValue, look.Valuation.Total * 0.0001m);

    private static bool CanSell(PlacementAccount account) => account.Markets.Any(market =>
        market.Allow.HasFlag(AllowedSides.Sell) && (account.Holdings.GetValueOrDefault(market.Asset) > 0 || account.Cash.GetValueOrDefault(market.Asset) > 0));

    private static bool CanBuy(PlacementProblem problem, PlacementAccount account, decimal least) =>
        !account.Frozen && CashOf(problem, account.Cash) - account.Reserve > least
        && account.Markets.Any(market => market.Allow.HasFlag(AllowedSides.Buy) && problem.Targets.GetValueOrDefault(market.Asset) > 0);

    private static decimal CashOf(PlacementProblem problem, SortedDictionary<string, decimal> amounts) =>
        amounts.Where(cash => !problem.Targets.ContainsKey(cash.Key)).Sum(cash => cash.Value * problem.PriceOf(cash.Key));
}
