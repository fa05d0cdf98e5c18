using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>Checks cash, holdings and caps of rounded trades in decimal and mends what rounding broke, always in the same order.</summary>
/// <remarks>
/// What was short before rounding cannot be restored and is no rounding: selling more for it would break other rules.
/// </remarks>
internal sealed class Mending
{
    /// <summary>A larger lack is not rounding of amounts; it may still come from a number of lots that the solver left a millionth off a whole one.</summary>
    public const decimal MostLotsToMend = 16;

    /// <summary>A sum of amounts in doubles is off by less than this share of the portfolio's value.</summary>
    private const decimal ErrorOfValue = 0.000001m;

    private const int MostRepairs = 2_000;

    // Taking back a gain may cost a balance its last coin, which may cost another sell; each time it is less.
    private const int MostRounds = 4;

    private readonly Portfolio _portfolio;
    private readonly TradeSizes _sizes;
    private readonly IReadOnlyList<PlanLimit> _limits;
    private readonly decimal[] _leastRoom;
    private readonly Books _books;
    private readonly bool[] _isLowered;
    private int _mended;

    /// <param name="found">The lots before they were rounded.</param>
    public Mending(Portfolio portfolio, TradeSizes sizes, TradeSizes found)
    {
        (_portfolio, _sizes, _limits, _books) = (portfolio, sizes, PlanLimit.Of(portfolio), new Books(portfolio, sizes));
        _isLowered = new bool[portfolio.Options.Count];
        var (before, error) = (new Books(portfolio, found), portfolio.TotalValue * ErrorOfValue);
        _leastRoom = [.. _limits.Select(limit => limit.Room(before)).Select(room => room < -error ? room - error : 0)];
    }

    public void MendAll()
    {
        foreach (var close in FullClose.Of(_portfolio).Where(close => !close.Allows(close.Sold(_sizes))))
        {
            Close(close);
        }

        for (var round = 0; round < MostRounds && (MendGains() || round == 0); round++)
        {
            MendLimits();
        }

        MendGains();
    }

    /// <returns>True where a sell was changed.</returns>
    private bool MendGains()
    {
        var isChanged = false;
        for (var repair = 0; repair < MostRepairs && GainRepair.Next(_portfolio, _sizes) is var (option, lots); repair++)
        {
            isChanged = Trade(option, _sizes.Sells, lots);
        }

        return isChanged;
    }

    private void MendLimits()
    {
        var broken = new SortedSet<int>(Enumerable.Range(0, _limits.Count).Where(IsBroken));
        for (var repair = 0; repair < MostRepairs; repair++)
        {
            if (!broken.Any(index => Mend(_limits[index], _leastRoom[index] - _limits[index].Room(_books))))
            {
                return;
            }

            broken = new SortedSet<int>(Enumerable.Range(0, _limits.Count).Where(index => MayHaveChanged(index) ? IsBroken(index) : broken.Contains(index)));
        }
    }

    private bool MayHaveChanged(int index) => _limits[index].Account is not { } account || account == _mended;

    private bool IsBroken(int index) => _limits[index].Room(_books) < _leastRoom[index];

    /// <summary>
    /// A sale or conversion rounded towards zero is completed before anything is given up for it: a whole share may hang on its last lot.
    /// </summary>
    private bool Mend(PlanLimit limit, decimal missing)
    {
        var options = limit.Account is { } account ? _portfolio.Trades.Of(account) : _portfolio.Options;
        return ConvertMore(options, limit, missing)
            || SellMore(options, limit, missing, option => !option.IsWhole)
            || SellLess(options, limit, missing)
            || BuyLess(options, limit, missing)
            || SellMore(options, limit, missing, _ => true);
    }

    /// <summary>Takes what is missing from the buy with the finest lots, so that the least is lost.</summary>
    private bool BuyLess(IReadOnlyList<TradeOption> options, PlanLimit limit, decimal missing)
    {
        var option = options.Where(option => _sizes.Buys[option.Index] > 0 && limit.IsSpentByBuying(option))
            .OrderBy(option => option.LotValue).ThenBy(option => option.Index).FirstOrDefault();
        if (option is null)
        {
            return false;
        }

        var left = _sizes.Buys[option.Index] - LotsFor(missing, option, limit, _sizes.Buys);
        return Lower(option, _sizes.Buys, left < option.MinLots ? 0 : left);
    }

    private bool ConvertMore(IReadOnlyList<TradeOption> options, PlanLimit limit, decimal missing)
    {
        foreach (var option in options.Where(option => !option.IsWhole && !_isLowered[option.Index] && _sizes.Buys[option.Index] > 0 && limit.IsFedByBuying(option)))
        {
            var more = LotsFor(missing, option, limit, _sizes.Buys);
            if (more <= MostLots(option) && _sizes.Buys[option.Index] + more <= option.BuyMaxLots)
            {
                return Trade(option, _sizes.Buys, _sizes.Buys[option.Index] + more);
            }
        }

        return false;
    }

    /// <summary>Sells a few lots more where something is sold already.</summary>
    private bool SellMore(IReadOnlyList<TradeOption> options, PlanLimit limit, decimal missing, Func<TradeOption, bool> isEligible)
    {
        var sold = options.Where(option => !_isLowered[option.Index] && _sizes.Sells[option.Index] > 0 && isEligible(option) && limit.IsFedBySelling(option));
        foreach (var option in sold.OrderBy(option => option.LotValue).ThenBy(option => option.Index))
        {
            var more = LotsFor(missing, option, limit, _sizes.Sells);
            if (more <= MostLots(option) && _sizes.Sells[option.Index] + more <= option.SellMaxLots && LeavesNoRest(option, more) && KeepsTaxLimits(option, more))
            {
                return Trade(option, _sizes.Sells, _sizes.Sells[option.Index] + more);
            }
        }

        return false;
    }

    /// <summary>Sells a little less of a balance that is short itself, or of what pays its fees from it.</summary>
    private bool SellLess(IReadOnlyList<TradeOption> options, PlanLimit limit, decimal missing)
    {
        var sold = options.Where(option => !option.IsWhole && _sizes.Sells[option.Index] > 0 && limit.IsSpentBySelling(option));
        foreach (var option in sold.OrderBy(option => option.LotValue).ThenBy(option => option.Index))
        {
            var left = _sizes.Sells[option.Index] - LotsFor(missing, option, limit, _sizes.Sells);
            left = left < option.MinLots ? 0 : left;
            if (LeavesNoRest(option, left - _sizes.Sells[option.Index]))
            {
                return Lower(option, _sizes.Sells, left);
            }
        }

        return false;
    }

    /// <summary>How many lots more or less give back what is missing: by what the last lot took or brought.</summary>
    private decimal LotsFor(decimal missing, TradeOption option, PlanLimit limit, decimal[] side)
    {
        var before = limit.Room(_books);
        Trade(option, side, side[option.Index] - 1);
        var byOne = Math.Abs(limit.Room(_books) - before);
        Trade(option, side, side[option.Index] + 1);
        return byOne == 0 ? decimal.MaxValue / 2 : Math.Max(1, Math.Ceiling(missing / byOne));
    }

    /// <summary>Sells the rest along, or leaves enough where selling it would realise more gain than may be.</summary>
    private void Close(FullClose close)
    {
        var option = close.Options.Where(option => _sizes.Sells[option.Index] > 0).MinBy(option => option.Lot)!;
        var (lots, rest) = (_sizes.Sells[option.Index], close.Holding - close.Sold(_sizes));
        var all = lots + Math.Floor(rest / option.Lot);
        _sizes.Sells[option.Index] = all;
        if (all > option.SellMaxLots || !close.Allows(close.Sold(_sizes)) || !TaxLimits.Keep(_portfolio, _sizes))
        {
            var less = lots - Math.Ceiling((close.Smallest - rest) / option.Lot);
            _sizes.Sells[option.Index] = less >= option.MinLots ? less : 0;
        }

        Rebook(option);
    }

    /// <summary>In lots of the option.</summary>
    private decimal MostLots(TradeOption option) => Math.Max(MostLotsToMend, _portfolio.TotalValue * ErrorOfValue / option.LotValue);

    /// <summary>A few lots more may pass the gain budget by what is taken back afterwards; more is asked for here.</summary>
    private bool KeepsTaxLimits(TradeOption option, decimal more)
    {
        _sizes.Sells[option.Index] += more;
        var keeps = (!option.IsWhole && more <= MostLotsToMend) || TaxLimits.Keep(_portfolio, _sizes);
        _sizes.Sells[option.Index] -= more;
        return keeps;
    }

    private bool LeavesNoRest(TradeOption option, decimal more) =>
        FullClose.Of(_portfolio, _portfolio.Trades.Of(option.AccountIndex, option.Asset)) is not { } close || close.Allows(close.Sold(_sizes) + (more * option.Lot));

    /// <summary>What was lowered for one limit is not raised again for another: the two would take turns for ever.</summary>
    private bool Lower(TradeOption option, decimal[] side, decimal lots)
    {
        _isLowered[option.Index] = true;
        return Trade(option, side, lots);
    }

    private bool Trade(TradeOption option, decimal[] side, decimal lots)
    {
        side[option.Index] = lots;
        Rebook(option);
        return true;
    }

    private void Rebook(TradeOption option)
    {
        _mended = option.AccountIndex;
        _books.Rebook(option.AccountIndex, _sizes);
    }
}
