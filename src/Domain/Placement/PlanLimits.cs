using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// One thing the trades must keep: a floor under a balance or a cap on a value. <paramref name="Room"/> is negative when it is broken; the predicates
/// say which trades mend it.
/// </summary>
internal sealed record PlanLimit(string Name, Func<Books, decimal> Room)
{
    /// <summary>Options through which buying less leaves more room.</summary>
    public Func<TradeOption, bool> IsSpentByBuying { get; init; } = _ => false;

    /// <summary>Options through which buying more leaves more room: conversions into the currency.</summary>
    public Func<TradeOption, bool> IsFedByBuying { get; init; } = _ => false;

    /// <summary>Options through which selling more leaves more room.</summary>
    public Func<TradeOption, bool> IsFedBySelling { get; init; } = _ => false;

    /// <summary>Options through which selling less leaves more room: of the balance itself, and of what pays its fees from it.</summary>
    public Func<TradeOption, bool> IsSpentBySelling { get; init; } = _ => false;

    /// <summary>The account whose trades alone move it; null where several accounts do.</summary>
    public int? Account { get; init; }

    /// <summary>All floors and caps of a portfolio; one may be broken before any trade.</summary>
    public static IReadOnlyList<PlanLimit> Of(Portfolio portfolio)
    {
        var limits = new List<PlanLimit>();
        foreach (var (index, account) in portfolio.Accounts.Index().Where(entry => !entry.Item.Frozen))
        {
            foreach (var asset in portfolio.BalancesOf(account))
            {
                limits.AddRange(OfBalance(portfolio, account, index, asset));
            }

            bool IsOfAccount(TradeOption option) => option.AccountIndex == index;

            // Exchanging one currency for another leaves the account no more cash.
            bool Brings(TradeOption option) => IsOfAccount(option) && !portfolio.IsFreeCash(option.Asset);
            var missing = portfolio.CashToKeep(account) - portfolio.Cash(account);
            var currencies = portfolio.AssetsOf(account).Where(portfolio.IsFreeCash).ToList();
            limits.Add(Floor($"cash to keep in {account.Id}", missing, books => currencies.Sum(currency => books.Change(index, currency)))
                with { IsSpentByBuying = Brings, IsFedBySelling = Brings, Account = index });
            if (!account.UseProceeds && portfolio.CashToKeep(account) > 0)
            {
                limits.Add(Floor($"cash at hand of {account.Id}", missing, books => currencies.Sum(currency => books.Outflow(index, currency)))
                    with { IsSpentByBuying = IsOfAccount, Account = index });
            }
        }

        if (portfolio.Problem.CashReserve > 0)
        {
            bool Brings(TradeOption option) => !portfolio.IsFreeCash(option.Asset);
            var cash = portfolio.Accounts.Sum(account => portfolio.Cash(account) - portfolio.Problem.Withdraw.GetValueOrDefault(account.Id));
            limits.Add(Floor("cash reserve", portfolio.Problem.CashReserve - cash, books => FreeCashChange(portfolio, books)) with { IsSpentByBuying = Brings, IsFedBySelling = Brings });
        }

        limits.AddRange(ValueCap.Of(portfolio.Problem, portfolio.TotalValue).Select(cap => OfCap(portfolio, cap)));
        if (portfolio.Problem.Objective == PlacementObjective.FewestTrades)
        {
            limits.AddRange(portfolio.Rows.Index().SelectMany(row => OfBand(portfolio, row.Index, row.Item)));
        }

        return limits;
    }

    private static IEnumerable<PlanLimit> OfBalance(Portfolio portfolio, PlacementAccount account, int index, string asset)
    {
        var missing = -portfolio.Balance(account, asset) * portfolio.Price(asset);
        bool IsHere(TradeOption option) => option.AccountIndex == index;
        bool Pays(TradeOption option) => IsHere(option) && (option.Quote == asset || option.FeeAsset == asset);
        bool Leaves(TradeOption option) => IsHere(option) && (option.Asset == asset || (option.FeeElsewhere && option.FeeAsset == asset));
        if (portfolio.IsSpendable(asset))
        {
            yield return Floor($"{asset} of {account.Id}", missing, books => books.Change(index, asset)) with
            {
                IsSpentByBuying = Pays,
                IsFedByBuying = option => IsHere(option) && option.Asset == asset,
                IsFedBySelling = option => IsHere(option) && option.Quote == asset,
                IsSpentBySelling = Leaves,
                Account = index,
            };
        }

        if (!portfolio.IsSpendable(asset) || !account.UseProceeds)
        {
            yield return Floor($"{asset} at hand of {account.Id}", missing, books => books.Outflow(index, asset))
                with { IsSpentByBuying = Pays, IsSpentBySelling = Leaves, Account = index };
        }
    }

    private static PlanLimit OfCap(Portfolio portfolio, ValueCap cap)
    {
        var covered = cap.Accounts
            .SelectMany(index => portfolio.AssetsOf(portfolio.Accounts[index]).Where(asset => cap.Counts(portfolio, index, asset)).Select(asset => (Index: index, Asset: asset)))
            .ToList();
        var value = covered.Sum(pair => portfolio.Balance(portfolio.Accounts[pair.Index], pair.Asset) * portfolio.Price(pair.Asset));
        bool Covers(TradeOption option) => cap.Covers(option.AccountIndex, option.Asset);
        return Floor(cap.Name, value - cap.Largest, books => -covered.Sum(pair => books.Change(pair.Index, pair.Asset)))
            with { IsSpentByBuying = Covers, IsFedBySelling = Covers, Account = cap.Accounts is [var only] ? only : null };
    }

    /// <summary>Both ends of the band around a target.</summary>
    private static IEnumerable<PlanLimit> OfBand(Portfolio portfolio, int row, TargetRow target)
    {
        bool Counts(string asset) => portfolio.ExposuresOf(asset).Any(exposure => exposure.Row == row && exposure.Share > 0);
        bool IsOfRow(TradeOption option) => Counts(option.Asset);
        bool IsPaidInRow(TradeOption option) => Counts(option.Quote);
        var counted = portfolio.Accounts.Index()
            .SelectMany(entry => portfolio.AssetsOf(entry.Item).SelectMany(asset => portfolio.ExposuresOf(asset)
                .Where(exposure => exposure.Row == row).Select(exposure => (entry.Index, Asset: asset, exposure.Share))))
            .ToList();
        var band = portfolio.Problem.Band * portfolio.TotalValue;
        decimal Change(Books books) => counted.Sum(part => part.Share * books.Change(part.Index, part.Asset));
        yield return Floor($"band below {target.Name}", target.Gap - band, Change)
            with { IsFedByBuying = IsOfRow, IsSpentBySelling = IsOfRow, IsFedBySelling = IsPaidInRow, IsSpentByBuying = IsPaidInRow };
        yield return Floor($"band above {target.Name}", -target.Gap - band, books => -Change(books))
            with { IsSpentByBuying = IsOfRow, IsFedBySelling = IsOfRow, IsFedByBuying = IsPaidInRow, IsSpentBySelling = IsPaidInRow };
    }

    private static PlanLimit Floor(string name, decimal missing, Func<Books, decimal> change) => new(name, books => change(books) - missing);

    private static decimal FreeCashChange(Portfolio portfolio, Books books) =>
        portfolio.Accounts.Index().Sum(entry => portfolio.AssetsOf(entry.Item).Where(portfolio.IsFreeCash).Sum(currency => books.Change(entry.Index, currency)));
}
