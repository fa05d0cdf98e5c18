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
        decimal? Lots(TradeOption option, SideColumns side) =>
            !side.IsOpen || values[side.Order] < 0.5 ? null
            : option.IsWhole ? (decimal)Math.Round(values[side.Amount])
            : (decimal)model.Scale.Money(values[side.Amount]) / option.LotValue;

        return Round(model.Portfolio, option => Lots(option, model.Columns.Buys[option.Index]), option => Lots(option, model.Columns.Sells[option.Index]));
    }

    /// <summary>The signed values of the search, by trade option, in base currency.</summary>
    public static TradeSizes Round(Portfolio portfolio, double[] values)
    {
        static decimal? Lots(TradeOption option, double value) =>
            value <= 0 ? null
            : option.IsWhole ? (decimal)Math.Round(value / (double)option.LotValue)
            : (decimal)value / option.LotValue;

        return Round(portfolio, option => Lots(option, values[option.Index]), option => Lots(option, -values[option.Index]));
    }

    /// <summary>By how much rounding may raise the gain of the sells: what amounts finer than whole lots may be mended by.</summary>
    public static decimal MostGainOf(Portfolio portfolio) =>
        portfolio.Options.Where(option => option.CanSell && !option.IsWhole).Sum(option => option.LotValue) * (Mending.MostLotsToMend + 1);

    /// <param name="buys">Lots as they were found, finer ones in parts; null where nothing is bought.</param>
    /// <param name="sells">The same of what is sold.</param>
    private static TradeSizes Round(Portfolio portfolio, Func<TradeOption, decimal?> buys, Func<TradeOption, decimal?> sells)
    {
        var (sizes, found) = (new TradeSizes(portfolio.Options.Count), new TradeSizes(portfolio.Options.Count));
        foreach (var option in portfolio.Options)
        {
            var (bought, sold) = (buys(option), sells(option));
            found.Buys[option.Index] = bought ?? 0;
            found.Sells[option.Index] = sold ?? 0;
            sizes.Buys[option.Index] = bought is { } buy ? Rounded(option, buy, option.BuyMaxLots) : 0;
            sizes.Sells[option.Index] = sold is { } sell ? Rounded(option, sell, option.SellMaxLots) : 0;
        }

        new Mending(portfolio, sizes, found).MendAll();
        return sizes;
    }

    private static decimal Rounded(TradeOption option, decimal lots, decimal most)
    {
        var isAll = !option.IsWhole && most - lots <= most * WholePositionError;
        return isAll ? most : Math.Clamp(Math.Floor(lots + SolverError), option.MinLots, most);
    }
}
