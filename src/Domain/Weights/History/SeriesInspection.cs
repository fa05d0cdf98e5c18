namespace Rebalancer.Domain.Weights.History;

/// <summary>What looks wrong with a series, said in warnings. Nothing is changed: what is right is for the owner of the data to say.</summary>
internal static class SeriesInspection
{
    private const double SplitTolerance = 0.03;
    private const int StaleRows = 20;

    /// <summary>A typical return a period beyond this is more likely a percentage than a fraction.</summary>
    private const double ImplausibleReturn = 0.3;

    /// <summary>What nothing returns in a typical period.</summary>
    private const double ImpossibleReturn = 5;

    private static readonly double[] SplitRatios = [2, 3, 4, 5, 7, 8, 10, 15, 20];

    /// <exception cref="WeightException">The asset has no price.</exception>
    public static void Inspect(HistoryTable prices, int asset, ICollection<string> warnings)
    {
        var column = prices.Columns[asset];
        var (first, last) = Extent(prices, asset, "price");
        void Warn(FormattableString text) => warnings.Add(prices.Assets[asset] + FormattableString.Invariant(text));
        InspectExtent(prices, column, first, last, "price", Warn);
        for (var row = first + 1; row <= last; row++)
        {
            if (!Array.Exists(SplitRatios, ratio => LooksLike(column[row] / column[row - 1], ratio)))
            {
                continue;
            }

            // A jump that the next price takes back is a wrong price, not a split.
            var isTakenBack = row < last && Math.Abs((column[row + 1] / column[row - 1]) - 1) < 0.2;
            var verdict = isTakenBack ? "and back on the next row, which looks like a wrong price" : "which looks like a split that was not adjusted for";
            Warn($": the price goes from {column[row - 1]} to {column[row]} on {HistoryTable.Text(prices.Times[row])}, {verdict}; it is used as it stands");
            row += isTakenBack ? 1 : 0;
        }

        if (LongestUnchanged(column) is >= StaleRows and var unchanged)
        {
            Warn($": its price does not move for {unchanged} rows; it may be stale");
        }
    }

    /// <exception cref="WeightException">The asset has no return, or what it has are prices.</exception>
    public static void InspectReturns(HistoryTable returns, int asset, ICollection<string> warnings)
    {
        var column = returns.Columns[asset];
        var (first, last) = Extent(returns, asset, "return");
        void Warn(FormattableString text) => warnings.Add(returns.Assets[asset] + FormattableString.Invariant(text));
        InspectExtent(returns, column, first, last, "return", Warn);
        var sizes = column.Where(value => !double.IsNaN(value)).Select(Math.Abs).Order().ToArray();
        var middle = sizes[sizes.Length / 2];
        if (middle > ImpossibleReturn)
        {
            throw new WeightException(FormattableString.Invariant(
                $"{returns.Assets[asset]}: half of its returns are beyond {middle:0.##} either way; a return is a fraction of at least -1: are these prices? then use --prices"));
        }

        if (middle > ImplausibleReturn)
        {
            Warn($": half of its returns are beyond {middle:0.##} either way; a return is a fraction, so 0.01 is one percent");
        }
    }

    private static (int First, int Last) Extent(HistoryTable table, int asset, string what)
    {
        var first = Array.FindIndex(table.Columns[asset], value => !double.IsNaN(value));
        return first < 0
            ? throw new WeightException($"{table.Assets[asset]} has no {what} at all; leave it out")
            : (first, Array.FindLastIndex(table.Columns[asset], value => !double.IsNaN(value)));
    }

    private static void InspectExtent(HistoryTable table, double[] column, int first, int last, string what, Action<FormattableString> warn)
    {
        if (first > 0)
        {
            warn($": its history begins on {HistoryTable.Text(table.Times[first])}, {first} rows after the first");
        }

        if (last < column.Length - 1)
        {
            warn($": its last {what} is of {HistoryTable.Text(table.Times[last])}, {column.Length - 1 - last} rows before the last");
        }

        var gaps = Enumerable.Range(first, last - first).Where(row => double.IsNaN(column[row])).ToArray();
        if (gaps.Length > 0)
        {
            var consequence = what == "price" ? "; the returns around them are left out" : "";
            warn($": {gaps.Length} {what}s are missing inside its history, the first on {HistoryTable.Text(table.Times[gaps[0]])}{consequence}");
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
