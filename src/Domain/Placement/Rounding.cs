using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Turns doubles into lots: whole lots to the nearest integer, finer amounts towards zero, at a minimum upwards. What rounding breaks is
/// mended in decimal afterwards.
/// </summary>
internal static class Rounding
{
    /// <summary>The solver's amounts are off by about this share of a lot of 8 decimals; a whole holding must not lose its last lot to it.</summary>
    private const decimal SolverError = 0.01m;

    private const decimal WholePositionError = 0.000000001m;

    /// <summary>The values of the exact model's columns.</summary>
    public static TradeSizes Round(PlacementModel model, double[] values)
    {
        decimal Lots(TradeOption option, SideColumns side, decimal most) =>
            !side.IsOpen || values[side.Order] < 0.5 ? 0
            : option.IsWhole ? Whole(option, values[side.Amount], most)
            : Fractional(option, model.Scale.Money(values[side.Amount]), most);

        return Round(
            model.Portfolio,
            option => Lots(option, model.Columns.Buys[option.Index], option.BuyMaxLots),
            option => Lots(option, model.Columns.Sells[option.Index], option.SellMaxLots));
    }

    /// <summary>The signed values of the search, by trade option, in base currency.</summary>
    public static TradeSizes Round(Portfolio portfolio, double[] values)
    {
        decimal Lots(TradeOption option, double value, decimal most) =>
            value <= 0 ? 0
            : option.IsWhole ? Whole(option, value / (double)option.LotValue, most)
            : Fractional(option, value, most);

        return Round(
            portfolio,
            option => Lots(option, values[option.Index], option.BuyMaxLots),
            option => Lots(option, -values[option.Index], option.SellMaxLots));
    }

    /// <summary>By how much rounding may raise the gain of the sells: what amounts finer than whole lots may be mended by.</summary>
    public static decimal MostGainOf(Portfolio portfolio) =>
        portfolio.Options.Where(option => option.CanSell && !option.IsWhole).Sum(option => option.LotValue) * (Mending.MostLotsToMend + 1);

    private static TradeSizes Round(Portfolio portfolio, Func<TradeOption, decimal> buys, Func<TradeOption, decimal> sells)
    {
        var sizes = new TradeSizes(portfolio.Options.Count);
        foreach (var option in portfolio.Options)
        {
            sizes.Buys[option.Index] = buys(option);
            sizes.Sells[option.Index] = sells(option);
        }

        new Mending(portfolio, sizes).MendAll();
        return sizes;
    }

    private static decimal Whole(TradeOption option, double lots, decimal most) => Math.Clamp((decimal)Math.Round(lots), option.MinLots, most);

    private static decimal Fractional(TradeOption option, double money, decimal most)
    {
        var lots = (decimal)money / option.LotValue;
        var isAll = most - lots <= most * WholePositionError;
        return isAll ? most : Math.Clamp(Math.Floor(lots + SolverError), option.MinLots, most);
    }
}
