using System.Globalization;

namespace Rebalancer.Domain.Weights.History;

/// <summary>
/// Returns from prices. A return needs a price on two rows running; nothing is filled. What looks wrong with a series is said in warnings.
/// </summary>
public static class PriceReturns
{
    private const double SplitTolerance = 0.03;
    private const int StaleRows = 20;
    private static readonly double[] SplitRatios = [2, 3, 4, 5, 7, 8, 10, 15, 20];

    /// <param name="logarithmic">ln(p/p₋₁) in place of p/p₋₁ − 1.</param>
    public static ReturnTable Compute(HistoryFile prices, bool logarithmic, ICollection<string> warnings)
    {
        var columns = prices.Columns.Select((column, asset) => Clean(prices, asset, column, warnings)).ToArray();
        for (var asset = 0; asset < columns.Length; asset++)
        {
            Inspect(prices, asset, columns[asset], warnings);
        }

        var returns = columns.Select(column => column.Zip(column.Skip(1), (before, after) =>
            logarithmic ? Math.Log(after / before) : (after / before) - 1).ToArray()).ToArray();
        return WithoutEmptyRows(prices.Assets, prices.Dates, returns);
    }

    /// <summary>A return file as a table, values below −100 % refused.</summary>
    public static ReturnTable Take(HistoryFile returns)
    {
        for (var asset = 0; asset < returns.Assets.Count; asset++)
        {
            var row = Array.FindIndex(returns.Columns[asset], value => value < -1);
            if (row >= 0)
            {
                throw new WeightException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{returns.Assets[asset]} has a return of {returns.Columns[asset][row]} on {returns.Dates[row]:yyyy-MM-dd}; a return is a fraction of at least -1: are these prices? then use --prices"));
            }
        }

        DateOnly[] dates = [DateOnly.MinValue, .. returns.Dates];
        return WithoutEmptyRows(returns.Assets, dates, returns.Columns);
    }

    private static ReturnTable WithoutEmptyRows(IReadOnlyList<string> assets, IReadOnlyList<DateOnly> dates, double[][] returns)
    {
        var rows = Enumerable.Range(0, dates.Count - 1).Where(row => returns.Any(column => !double.IsNaN(column[row]))).ToArray();
        return new ReturnTable(assets, [.. rows.Select(row => dates[row + 1])], [.. returns.Select(column => rows.Select(row => column[row]).ToArray())]);
    }

    private static double[] Clean(HistoryFile prices, int asset, double[] column, ICollection<string> warnings)
    {
        var impossible = Enumerable.Range(0, column.Length).Where(row => column[row] <= 0).ToArray();
        if (impossible.Length == 0)
        {
            return column;
        }

        warnings.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{prices.Assets[asset]}: {impossible.Length} prices are zero or negative, the first on {prices.Dates[impossible[0]]:yyyy-MM-dd}; they count as missing"));
        return [.. column.Select(value => value <= 0 ? double.NaN : value)];
    }

    private static void Inspect(HistoryFile prices, int asset, double[] column, ICollection<string> warnings)
    {
        var name = prices.Assets[asset];
        var first = Array.FindIndex(column, value => !double.IsNaN(value));
        if (first < 0)
        {
            throw new WeightException($"{name} has no price at all; leave it out");
        }

        var last = Array.FindLastIndex(column, value => !double.IsNaN(value));
        void Warn(FormattableString text) => warnings.Add(name + FormattableString.Invariant(text));

        if (first > 0)
        {
            Warn($": its history begins on {prices.Dates[first]:yyyy-MM-dd}, {first} rows after the file's");
        }

        if (last < column.Length - 1)
        {
            Warn($": its last price is of {prices.Dates[last]:yyyy-MM-dd}, {column.Length - 1 - last} rows before the file's end");
        }

        var gaps = column[first..last].Count(double.IsNaN);
        if (gaps > 0)
        {
            Warn($": {gaps} prices are missing inside its history; the returns around them are left out");
        }

        for (var row = first + 1; row <= last; row++)
        {
            if (Array.Exists(SplitRatios, ratio => LooksLike(column[row] / column[row - 1], ratio)))
            {
                Warn($": the price goes from {column[row - 1]} to {column[row]} on {prices.Dates[row]:yyyy-MM-dd}, which looks like a split that was not adjusted for");
            }
        }

        var unchanged = LongestUnchanged(column);
        if (unchanged >= StaleRows)
        {
            Warn($": its price does not move for {unchanged} rows; it may be stale");
        }
    }

    private static bool LooksLike(double change, double ratio) =>
        Math.Abs((change * ratio) - 1) < SplitTolerance || Math.Abs((change / ratio) - 1) < SplitTolerance;

    private static int LongestUnchanged(double[] column)
    {
        var (longest, current) = (0, 0);
        for (var row = 1; row < column.Length; row++)
        {
            current = column[row] == column[row - 1] ? current + 1 : 0;
            longest = Math.Max(longest, current);
        }

        return longest;
    }
}
