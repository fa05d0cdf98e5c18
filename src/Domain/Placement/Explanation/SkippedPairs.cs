using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Which (account, asset) pairs would still help but are not traded, and which rule binds; and holdings that no rule lets go.</summary>
internal static class SkippedPairs
{
    // Smaller distances are rounding of the last lot, not a pair that anyone would trade.
    private const decimal SmallestShareOfValue = 0.0000001m;

    public static IReadOnlyList<SkippedPair> Of(Portfolio portfolio, Evaluation evaluation)
    {
        var skipped = new List<SkippedPair>();
        foreach (var (index, account) in portfolio.Accounts.Index())
        {
            var traded = portfolio.Options
                .Where(option => option.AccountIndex == index && evaluation.Sizes.Buys[option.Index] + evaluation.Sizes.Sells[option.Index] > 0)
                .Select(option => option.Asset);
            var untraded = portfolio.AssetsOf(account).Union(portfolio.Problem.Targets.Keys).Except(traded).Where(asset => !portfolio.IsFreeCash(asset));
            foreach (var asset in untraded.Order(StringComparer.Ordinal))
            {
                if (portfolio.ExposuresOf(asset) is [var exposure, ..] && Reason(portfolio, evaluation, index, asset, exposure.Row) is { } reason)
                {
                    skipped.Add(new SkippedPair(account.Id, asset, reason));
                }
            }
        }

        return skipped;
    }

    private static string? Reason(Portfolio portfolio, Evaluation evaluation, int account, string asset, int row)
    {
        var missing = portfolio.Rows[row].TargetValue - evaluation.RowValues[row];
        var smallest = portfolio.TotalValue * SmallestShareOfValue;
        var held = portfolio.Balance(portfolio.Accounts[account], asset) > 0;
        var options = portfolio.Options.Where(option => option.AccountIndex == account && option.Asset == asset).ToList();
        return missing > smallest ? WhyNotBought(portfolio, evaluation, account, options, missing)
            : held && missing < -smallest ? WhyNotSold(portfolio, account, options, -missing)
            : held && IsDust(options) ? options[0].SellBlocked
            : null;
    }

    private static bool IsDust(IReadOnlyList<TradeOption> options) =>
        options.Count > 0 && options.All(option => !option.CanSell && option.SellMaxLots < option.MinLots);

    private static string WhyNotBought(Portfolio portfolio, Evaluation evaluation, int account, IReadOnlyList<TradeOption> options, decimal missing)
    {
        if (WhyNoOption(portfolio, account, options) is { } closed)
        {
            return closed;
        }

        if (options.All(option => !option.CanBuy))
        {
            return options[0].BuyBlocked!;
        }

        var option = options.First(option => option.CanBuy);
        var owner = portfolio.Accounts[account];
        var free = Math.Min(
            portfolio.AssetsOf(owner).Where(portfolio.IsFreeCash).Sum(currency => evaluation.Books.ValueAfter(account, currency)) - portfolio.CashToKeep(owner),
            evaluation.Books.ValueAfter(account, option.Quote));
        var affordable = Math.Floor(Math.Max(0, free - option.Market.TicketFee) / (option.LotValue * option.BuyOutflow));
        return BrokenLimit(portfolio, evaluation, option)
            ?? (affordable < 1 ? "no cash in this account"
            : affordable < option.MinLots ? TradeOptions.TooSmall(option, affordable, "no cash in this account")
            : TooLittle(portfolio, option, missing));
    }

    private static string WhyNotSold(Portfolio portfolio, int account, IReadOnlyList<TradeOption> options, decimal surplus) =>
        WhyNoOption(portfolio, account, options)
        ?? (options.All(option => !option.CanSell) ? options[0].SellBlocked! : TooLittle(portfolio, options.First(option => option.CanSell), surplus));

    private static string? WhyNoOption(Portfolio portfolio, int account, IReadOnlyList<TradeOption> options) =>
        portfolio.Accounts[account].Frozen ? "the account is frozen" : options.Count == 0 ? "not traded in this account" : null;

    private static string? BrokenLimit(Portfolio portfolio, Evaluation evaluation, TradeOption option) =>
        ValueCap.Of(portfolio.Problem, portfolio.TotalValue)
            .Where(cap => cap.Covers(option.AccountIndex, option.Asset) && ValueUnder(portfolio, evaluation, cap) + (option.MinLots * option.LotValue) > cap.Largest)
            .Select(cap => $"{cap.Name} is reached").FirstOrDefault();

    private static decimal ValueUnder(Portfolio portfolio, Evaluation evaluation, ValueCap cap) =>
        portfolio.Accounts.Index().Sum(entry => portfolio.AssetsOf(entry.Item)
            .Where(asset => !portfolio.IsFreeCash(asset) && cap.Covers(entry.Index, asset)).Sum(asset => evaluation.Books.ValueAfter(entry.Index, asset)));

    private static string TooLittle(Portfolio portfolio, TradeOption option, decimal distance)
    {
        var lots = Math.Floor(distance / option.LotValue);
        return lots < 1 ? $"less than one lot of {TradeReasons.Money(portfolio, option.LotValue)}"
            : lots < option.MinLots ? TradeOptions.TooSmall(option, lots, "less than one lot")
            : "its cost is more than it is worth, or another account trades it better";
    }
}
