using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Turns the solver's doubles into lots: whole lots to the nearest integer, finer amounts towards zero, at a minimum upwards. Then it checks
/// cash, holdings and caps again in decimal and mends what rounding broke, always in the same order.
/// </summary>
internal static class Rounding
{
    /// <summary>The solver's amounts are off by about this share of a lot of 8 decimals; a whole holding must not lose its last lot to it.</summary>
    private const decimal SolverError = 0.01m;

    private const decimal WholePositionError = 0.000000001m;
    private const int MostRepairs = 2_000;
    private const decimal MostLotsToMend = 16;

    public static TradeSizes Round(PlacementModel model, double[] values)
    {
        var portfolio = model.Portfolio;
        var sizes = new TradeSizes(portfolio.Options.Count);
        foreach (var option in portfolio.Options)
        {
            sizes.Buys[option.Index] = Lots(model, option, model.Columns.Buys[option.Index], option.BuyMaxLots, values);
            sizes.Sells[option.Index] = Lots(model, option, model.Columns.Sells[option.Index], option.SellMaxLots, values);
        }

        MendAll(portfolio, sizes);
        return sizes;
    }

    /// <summary>By how much rounding may raise the gain of the sells: what amounts finer than whole lots may be mended by.</summary>
    public static decimal MostGainOf(Portfolio portfolio) =>
        portfolio.Options.Where(option => option.CanSell && !option.IsWhole).Sum(option => option.LotValue) * (MostLotsToMend + 1);

    private static decimal Lots(PlacementModel model, TradeOption option, SideColumns side, decimal most, double[] values)
    {
        if (!side.IsOpen || values[side.Order] < 0.5)
        {
            return 0;
        }

        if (option.IsWhole)
        {
            return Math.Clamp((decimal)Math.Round(values[side.Amount]), option.MinLots, most);
        }

        var lots = (decimal)model.Scale.Money(values[side.Amount]) / option.LotValue;
        var isAll = most - lots <= most * WholePositionError;
        return isAll ? most : Math.Clamp(Math.Floor(lots + SolverError), option.MinLots, most);
    }

    private static void MendAll(Portfolio portfolio, TradeSizes sizes)
    {
        var limits = PlanLimit.Of(portfolio);
        for (var repair = 0; repair < MostRepairs; repair++)
        {
            var books = new Books(portfolio, sizes);
            if (!limits.Any(limit => limit.Room(books) < 0 && Mend(portfolio, sizes, limit, -limit.Room(books))))
            {
                return;
            }
        }
    }

    /// <summary>
    /// A sale or conversion rounded towards zero is completed before anything is given up for it: a whole share may hang on its last lot.
    /// </summary>
    private static bool Mend(Portfolio portfolio, TradeSizes sizes, PlanLimit limit, decimal missing) =>
        ConvertMore(portfolio, sizes, limit, missing)
        || SellMore(portfolio, sizes, limit, missing, option => !option.IsWhole)
        || BuyLess(portfolio, sizes, limit, missing)
        || SellMore(portfolio, sizes, limit, missing, _ => true);

    /// <summary>Takes what is missing from the buy with the finest lots, so that the least is lost.</summary>
    private static bool BuyLess(Portfolio portfolio, TradeSizes sizes, PlanLimit limit, decimal missing)
    {
        var option = portfolio.Options.Where(option => limit.Concerns(option) && sizes.Buys[option.Index] > 0)
            .OrderBy(option => option.LotValue).ThenBy(option => option.Index).FirstOrDefault();
        if (option is null)
        {
            return false;
        }

        var left = sizes.Buys[option.Index] - Math.Max(1, Math.Ceiling(missing / (option.LotValue * (1 + option.CostRate))));
        sizes.Buys[option.Index] = left < option.MinLots ? 0 : left;
        return true;
    }

    private static bool ConvertMore(Portfolio portfolio, TradeSizes sizes, PlanLimit limit, decimal missing)
    {
        foreach (var option in portfolio.Options.Where(option => limit.IsFedBy(option) && !option.IsWhole && sizes.Buys[option.Index] > 0))
        {
            var more = Math.Ceiling(missing / option.LotValue);
            if (more <= MostLotsToMend && sizes.Buys[option.Index] + more <= option.BuyMaxLots)
            {
                sizes.Buys[option.Index] += more;
                return true;
            }
        }

        return false;
    }

    /// <summary>Sells a few lots more where something is sold already; a larger lack is not rounding but one that cannot be restored.</summary>
    private static bool SellMore(Portfolio portfolio, TradeSizes sizes, PlanLimit limit, decimal missing, Func<TradeOption, bool> isEligible)
    {
        var sold = portfolio.Options.Where(option => limit.SellingHelps && limit.Concerns(option) && isEligible(option) && sizes.Sells[option.Index] > 0);
        foreach (var option in sold.OrderBy(option => option.LotValue).ThenBy(option => option.Index))
        {
            var more = Math.Ceiling(missing / (option.LotValue * (1 - option.CostRate)));
            if (more <= MostLotsToMend && sizes.Sells[option.Index] + more <= option.SellMaxLots)
            {
                sizes.Sells[option.Index] += more;
                return true;
            }
        }

        return false;
    }
}
