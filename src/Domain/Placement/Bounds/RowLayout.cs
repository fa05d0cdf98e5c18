using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// Which deviation row every trade belongs to: the one it moves most. What it moves in others (look-through components, a targeted quote
/// currency) reaches them as a copy that only a multiplier ties to the trade.
/// </summary>
internal sealed class RowLayout
{
    // The grid's points are sums of a million lots at most; a lot off the grid by less than this share of itself is on it.
    private const double GridError = 1e-12;

    public RowLayout(SearchProblem problem)
    {
        Row = new int[problem.TradeCount];
        Copied = [.. Enumerable.Range(0, problem.Gap.Length).Select(_ => new Range(0, 0))];
        var trades = problem.Gap.Select(_ => new List<int>()).ToList();
        for (var trade = 0; trade < problem.TradeCount; trade++)
        {
            Row[trade] = LargestRow(problem, trade);
            (Row[trade] < 0 ? Loose : trades[Row[trade]]).Add(trade);
            AddCopies(problem, trade);
        }

        Trades = trades;
        Grid = [.. trades.Select((list, row) => Copied[row].IsEmpty ? GridOf(problem, row, list) : 0)];
    }

    /// <summary>By trade; −1 where it moves none, as a conversion of free cash.</summary>
    public int[] Row { get; }

    public IReadOnlyList<IReadOnlyList<int>> Trades { get; }

    /// <summary>Trades that move no deviation row.</summary>
    public List<int> Loose { get; } = [];

    /// <summary>What trades of other rows can change a row by at most, by row.</summary>
    public Range[] Copied { get; }

    /// <summary>Change of one lot where all trades of the row move it by whole lots; otherwise 0.</summary>
    public double[] Grid { get; }

    /// <summary>Least and largest sum.</summary>
    internal readonly record struct Range(double Least, double Largest)
    {
        public bool IsEmpty => Least == 0 && Largest == 0;

        public Range Including(double change) => new(Least + Math.Min(0, change), Largest + Math.Max(0, change));
    }

    private static int LargestRow(SearchProblem problem, int trade)
    {
        var (row, largest) = (-1, 0.0);
        for (var side = SearchProblem.BuySide(trade); side <= SearchProblem.SellSide(trade); side++)
        {
            for (var entry = problem.Deviation.Start[side]; entry < problem.Deviation.Start[side + 1]; entry++)
            {
                if (Math.Abs(problem.Deviation.PerValue[entry]) > largest)
                {
                    (row, largest) = (problem.Deviation.Row[entry], Math.Abs(problem.Deviation.PerValue[entry]));
                }
            }
        }

        return row;
    }

    private static double GridOf(SearchProblem problem, int row, List<int> trades)
    {
        if (trades.Count == 0 || trades.Exists(trade => !problem.IsWhole[trade]))
        {
            return 0;
        }

        var grid = trades.Min(trade => problem.Lot[trade]);
        return trades.TrueForAll(trade => IsMultiple(problem.Lot[trade], grid) && MovesByItsValue(problem, row, trade)) ? grid : 0;
    }

    private static bool IsMultiple(double lot, double grid) => Math.Abs((lot / grid) - Math.Round(lot / grid)) <= GridError * lot / grid;

    private static bool MovesByItsValue(SearchProblem problem, int row, int trade)
    {
        for (var side = SearchProblem.BuySide(trade); side <= SearchProblem.SellSide(trade); side++)
        {
            for (var entry = problem.Deviation.Start[side]; entry < problem.Deviation.Start[side + 1]; entry++)
            {
                if (problem.Deviation.Row[entry] == row && (Math.Abs(problem.Deviation.PerValue[entry]) != 1 || problem.Deviation.PerOrder[entry] != 0))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void AddCopies(SearchProblem problem, int trade)
    {
        for (var side = SearchProblem.BuySide(trade); side <= SearchProblem.SellSide(trade); side++)
        {
            for (var entry = problem.Deviation.Start[side]; entry < problem.Deviation.Start[side + 1]; entry++)
            {
                var row = problem.Deviation.Row[entry];
                if (row != Row[trade])
                {
                    Copied[row] = Copied[row].Including(problem.Deviation.PerValue[entry] * problem.Most[side]).Including(problem.Deviation.PerOrder[entry]);
                }
            }
        }
    }
}
