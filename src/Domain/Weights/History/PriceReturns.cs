using System.Globalization;

namespace Rebalancer.Domain.Weights.History;

/// <summary>Returns from prices. A return needs a price on two rows running; nothing is filled. What looks wrong with a series is said in warnings.</summary>
public static class PriceReturns
{
    /// <param name="logarithmic">ln(p/p₋₁) in place of p/p₋₁ − 1.</param>
    /// <exception cref="WeightException">An asset has no price.</exception>
    public static ReturnTable Compute(HistoryTable prices, bool logarithmic, ICollection<string> warnings)
    {
        var columns = prices.Columns.Select((column, asset) => Clean(prices, asset, column, warnings)).ToArray();
        var cleaned = prices with { Columns = columns };
        for (var asset = 0; asset < columns.Length; asset++)
        {
            SeriesInspection.Inspect(cleaned, asset, warnings);
        }

        var returns = columns.Select(column => column.Zip(column.Skip(1), (before, after) =>
            logarithmic ? Math.Log(after / before) : (after / before) - 1).ToArray()).ToArray();
        return WithoutEmptyRows(prices.Assets, [.. prices.Times.Skip(1)], returns);
    }

    /// <summary>A return file as a table.</summary>
    /// <exception cref="WeightException">A return below −100 %, or an asset without any.</exception>
    public static ReturnTable Take(HistoryTable returns, ICollection<string> warnings)
    {
        for (var asset = 0; asset < returns.Assets.Count; asset++)
        {
            var row = Array.FindIndex(returns.Columns[asset], value => value < -1);
            if (row >= 0)
            {
                throw new WeightException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{returns.Assets[asset]} has a return of {returns.Columns[asset][row]} on {HistoryTable.Text(returns.Times[row])}; a return is a fraction of at least -1: are these prices? then use --prices"));
            }

            SeriesInspection.InspectReturns(returns, asset, warnings);
        }

        return WithoutEmptyRows(returns.Assets, returns.Times, returns.Columns);
    }

    private static ReturnTable WithoutEmptyRows(IReadOnlyList<string> assets, IReadOnlyList<DateTime> times, double[][] returns)
    {
        var rows = Enumerable.Range(0, times.Count).Where(row => returns.Any(column => !double.IsNaN(column[row]))).ToArray();
        return new ReturnTable(
            assets, [.. rows.Select(row => DateOnly.FromDateTime(times[row]))], [.. returns.Select(column => rows.Select(row => column[row]).ToArray())]);
    }

    private static double[] Clean(HistoryTable prices, int asset, double[] column, ICollection<string> warnings)
    {
        var impossible = Enumerable.Range(0, column.Length).Where(row => column[row] <= 0).ToArray();
        if (impossible.Length == 0)
        {
            return column;
        }

        var (are, they) = impossible.Length == 1 ? ("price is", "it counts") : ("prices are", "they count");
        warnings.Add(
            $"{prices.Assets[asset]}: {impossible.Length} {are} zero or negative, the first on {HistoryTable.Text(prices.Times[impossible[0]])}; {they} as missing");
        return [.. column.Select(value => value <= 0 ? double.NaN : value)];
    }
}
