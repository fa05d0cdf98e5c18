using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// One thing the trades must keep: a floor under a balance or a cap on a value. <paramref name="Room"/> is negative when it is broken;
/// buying less through an option it <paramref name="Concerns"/>, or selling more, mends it.
/// </summary>
internal sealed record PlanLimit(string Name, Func<Books, decimal> Room, Func<TradeOption, bool> Concerns, bool SellingHelps = true)
{
    /// <summary>Options that bring in what is missing by buying it: conversions into the currency.</summary>
    public Func<TradeOption, bool> IsFedBy { get; init; } = _ => false;

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
            limits.Add(Floor($"cash to keep in {account.Id}", missing, books => currencies.Sum(currency => books.Change(index, currency)), Brings) with { Account = index });
            if (!account.UseProceeds && portfolio.CashToKeep(account) > 0)
            {
                limits.Add(Floor($"cash at hand of {account.Id}", missing, books => currencies.Sum(currency => books.Outflow(index, currency)), IsOfAccount)
                    with { SellingHelps = false, Account = index });
            }
        }

        if (portfolio.Problem.CashReserve > 0)
        {
            var cash = portfolio.Accounts.Sum(account => portfolio.Cash(account) - portfolio.Problem.Withdraw.GetValueOrDefault(account.Id));
            limits.Add(Floor("cash reserve", portfolio.Problem.CashReserve - cash, books => FreeCashChange(portfolio, books), option => !portfolio.IsFreeCash(option.Asset)));
        }

        limits.AddRange(ValueCap.Of(portfolio.Problem, portfolio.TotalValue).Select(cap => OfCap(portfolio, cap)));
        return limits;
    }

    private static IEnumerable<PlanLimit> OfBalance(Portfolio portfolio, PlacementAccount account, int index, string asset)
    {
        var missing = -portfolio.Balance(account, asset) * portfolio.Price(asset);
        bool Pays(TradeOption option) => option.AccountIndex == index && (option.Quote == asset || option.FeeAsset == asset);
        if (portfolio.IsSpendable(asset))
        {
            yield return Floor($"{asset} of {account.Id}", missing, books => books.Change(index, asset), Pays)
                with { IsFedBy = option => option.AccountIndex == index && option.Asset == asset, Account = index };
        }

        if (!portfolio.IsSpendable(asset) || !account.UseProceeds)
        {
            yield return Floor($"{asset} at hand of {account.Id}", missing, books => books.Outflow(index, asset), Pays)
                with { SellingHelps = false, Account = index };
        }
    }

    private static PlanLimit OfCap(Portfolio portfolio, ValueCap cap)
    {
        var covered = portfolio.Accounts.Index()
            .SelectMany(entry => portfolio.AssetsOf(entry.Item)
                .Where(asset => cap.Counts(portfolio, entry.Index, asset))
                .Select(asset => (entry.Index, Asset: asset)))
            .ToList();
        var value = covered.Sum(pair => portfolio.Balance(portfolio.Accounts[pair.Index], pair.Asset) * portfolio.Price(pair.Asset));
        return Floor(
            cap.Name, value - cap.Largest, books => -covered.Sum(pair => books.Change(pair.Index, pair.Asset)), option => cap.Covers(option.AccountIndex, option.Asset));
    }

    private static PlanLimit Floor(string name, decimal missing, Func<Books, decimal> change, Func<TradeOption, bool> concerns) =>
        new(name, books => change(books) - missing, concerns);

    private static decimal FreeCashChange(Portfolio portfolio, Books books) =>
        portfolio.Accounts.Index().Sum(entry => portfolio.AssetsOf(entry.Item).Where(portfolio.IsFreeCash).Sum(currency => books.Change(entry.Index, currency)));
}
