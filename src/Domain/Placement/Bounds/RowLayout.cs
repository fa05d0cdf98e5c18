using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// Which deviation row and which cash row every open trade belongs to. Of deviation rows it is the one it moves most; what it moves in others (look-through components, a targeted quote
/// currency) reaches them as a copy that only a multiplier ties to the trade. Trades with both sides closed belong to none.
/// </summary>
internal sealed class RowLayout
{
    // The grid's points are sums of a million lots at most; a lot off the grid by less than this share of itself is on it.
    private const double GridError = 1e-12;

    public RowLayout(SearchProblem problem, TradeRanges ranges)
    {
        (Row, AssetMember) = (new int[problem.TradeCount], new int[problem.TradeCount]);
        Copied = [.. Enumerable.Range(0, problem.Gap.Length).Select(_ => new Range(0, 0))];
        var trades = problem.Gap.Select(_ => new List<int>()).ToList();
        Row.AsSpan().Fill(-1);
        for (var trade = 0; trade < problem.TradeCount; trade++)
        {
            if (!ranges.IsOpen(trade))
            {
                continue;
            }

            Row[trade] = LargestRow(problem, trade);
            var list = Row[trade] < 0 ? Loose : trades[Row[trade]];
            AssetMember[trade] = list.Count;
            list.Add(trade);
            AddCopies(problem, trade);
        }

        Trades = trades;
        CashRows = FindCashRows(problem, ranges);
        CashRow = [.. Enumerable.Repeat(-1, problem.TradeCount)];
        foreach (var (row, members) in CashRows)
        {
            foreach (var trade in members)
            {
                CashRow[trade] = row;
            }
        }

        Grid = [.. trades.Select((list, row) => Copied[row].IsEmpty ? GridOf(problem, row, list) : 0)];
    }

    /// <summary>By trade; −1 where it moves none, as a conversion of free cash.</summary>
    public int[] Row { get; }

    public IReadOnlyList<IReadOnlyList<int>> Trades { get; }

    /// <summary>Position of every trade in its list of <see cref="Trades"/> or <see cref="Loose"/>.</summary>
    public int[] AssetMember { get; }

    /// <summary>Of every account the resource row that most of its trades move, with those trades.</summary>
    public IReadOnlyList<(int Row, IReadOnlyList<int> Trades)> CashRows { get; }

    /// <summary>By trade; −1 where it moves none of <see cref="CashRows"/>.</summary>
    public int[] CashRow { get; }

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

    private static List<(int Row, IReadOnlyList<int> Trades)> FindCashRows(SearchProblem problem, TradeRanges ranges)
    {
        var members = problem.Room.Select(_ => new List<int>()).ToList();
        for (var side = 0; side < problem.Most.Length; side++)
        {
            for (var entry = problem.Resource.Start[side]; entry < problem.Resource.Start[side + 1] && ranges.IsOpen(side / 2); entry++)
            {
                var list = members[problem.Resource.Row[entry]];
                if (problem.RowAccount[problem.Resource.Row[entry]] == problem.Account[side / 2] && (list.Count == 0 || list[^1] != side / 2))
                {
                    list.Add(side / 2);
                }
            }
        }

        return [.. Enumerable.Range(0, problem.AccountCount)
            .Select(account => members.Index().Where(row => problem.RowAccount[row.Index] == account).OrderByDescending(row => row.Item.Count).FirstOrDefault())
            .Where(row => row.Item is { Count: > 0 })
            .Select(row => (row.Index, (IReadOnlyList<int>)row.Item))];
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
