using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>Checks cash, holdings and caps of rounded trades in decimal and mends what rounding broke, always in the same order.</summary>
internal sealed class Mending(Portfolio portfolio, TradeSizes sizes)
{
    /// <summary>A larger lack is not rounding but one that cannot be restored.</summary>
    public const decimal MostLotsToMend = 16;

    private const int MostRepairs = 2_000;

    private readonly IReadOnlyList<PlanLimit> _limits = PlanLimit.Of(portfolio);
    private readonly Books _books = new(portfolio, sizes);

    public void MendAll()
    {
        var broken = new SortedSet<int>(Enumerable.Range(0, _limits.Count).Where(IsBroken));
        for (var repair = 0; repair < MostRepairs; repair++)
        {
            if (!broken.Any(index => Mend(_limits[index], -_limits[index].Room(_books))))
            {
                return;
            }

            broken = new SortedSet<int>(Enumerable.Range(0, _limits.Count).Where(index => MayHaveChanged(index) ? IsBroken(index) : broken.Contains(index)));
        }
    }

    private int _mended;

    private bool MayHaveChanged(int index) => _limits[index].Account is not { } account || account == _mended;

    private bool IsBroken(int index) => _limits[index].Room(_books) < 0;

    /// <summary>
    /// A sale or conversion rounded towards zero is completed before anything is given up for it: a whole share may hang on its last lot.
    /// </summary>
    private bool Mend(PlanLimit limit, decimal missing)
    {
        var options = limit.Account is { } account ? portfolio.Trades.Of(account) : portfolio.Options;
        return ConvertMore(options, limit, missing)
            || SellMore(options, limit, missing, option => !option.IsWhole)
            || BuyLess(options, limit, missing)
            || SellMore(options, limit, missing, _ => true);
    }

    /// <summary>Takes what is missing from the buy with the finest lots, so that the least is lost.</summary>
    private bool BuyLess(IReadOnlyList<TradeOption> options, PlanLimit limit, decimal missing)
    {
        var option = options.Where(option => sizes.Buys[option.Index] > 0 && limit.Concerns(option))
            .OrderBy(option => option.LotValue).ThenBy(option => option.Index).FirstOrDefault();
        if (option is null)
        {
            return false;
        }

        var left = sizes.Buys[option.Index] - Math.Max(1, Math.Ceiling(missing / (option.LotValue * (1 + option.CostRate))));
        return Buy(option, left < option.MinLots ? 0 : left);
    }

    private bool ConvertMore(IReadOnlyList<TradeOption> options, PlanLimit limit, decimal missing)
    {
        foreach (var option in options.Where(option => !option.IsWhole && sizes.Buys[option.Index] > 0 && limit.IsFedBy(option)))
        {
            var more = Math.Ceiling(missing / option.LotValue);
            if (more <= MostLotsToMend && sizes.Buys[option.Index] + more <= option.BuyMaxLots)
            {
                return Buy(option, sizes.Buys[option.Index] + more);
            }
        }

        return false;
    }

    /// <summary>Sells a few lots more where something is sold already.</summary>
    private bool SellMore(IReadOnlyList<TradeOption> options, PlanLimit limit, decimal missing, Func<TradeOption, bool> isEligible)
    {
        var sold = options.Where(option => limit.SellingHelps && sizes.Sells[option.Index] > 0 && isEligible(option) && limit.Concerns(option));
        foreach (var option in sold.OrderBy(option => option.LotValue).ThenBy(option => option.Index))
        {
            var more = Math.Ceiling(missing / (option.LotValue * (1 - option.CostRate)));
            if (more <= MostLotsToMend && sizes.Sells[option.Index] + more <= option.SellMaxLots)
            {
                sizes.Sells[option.Index] += more;
                Rebook(option);
                return true;
            }
        }

        return false;
    }

    private bool Buy(TradeOption option, decimal lots)
    {
        sizes.Buys[option.Index] = lots;
        Rebook(option);
        return true;
    }

    private void Rebook(TradeOption option)
    {
        _mended = option.AccountIndex;
        _books.Rebook(option.AccountIndex, sizes);
    }
}
