using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// Rows that one trade alone moves, as the cap on an asset of an account with one market for it: no rule between trades but one on what the trade may
/// do, which its range can say. No price is sought for them.
/// </summary>
internal static class SingleTradeRows
{
    // What doubles may be off by, as a share of the portfolio, and in lots.
    private const double RoomError = 1e-12;
    private const double LotError = 1e-9;

    /// <summary>By resource row.</summary>
    public static bool[] Of(SearchProblem problem) => [.. TradeOfRows(problem).Select(trade => trade >= 0)];

    /// <summary>Narrows ranges to what keeps these rows.</summary>
    /// <param name="isRestored">Whether rows broken from the start are kept too; otherwise they only may not get worse.</param>
    public static void Keep(SearchProblem problem, TradeRanges ranges, bool isRestored)
    {
        var error = RoomError * (double)problem.Portfolio.TotalValue;
        foreach (var (row, trade) in TradeOfRows(problem).Index().Where(entry => entry.Item >= 0))
        {
            var room = (isRestored ? problem.Room[row] : Math.Max(0, problem.Room[row])) + error;
            var (buy, sell) = (Range(problem, ranges, SearchProblem.BuySide(trade), row, room), Range(problem, ranges, SearchProblem.SellSide(trade), row, room));
            var mustTrade = ranges.MustTrade[trade] || room < 0;
            if (mustTrade && buy.Most <= 0 && sell.Most <= 0)
            {
                // What cannot be kept at all is not for a range to say.
                continue;
            }

            (ranges.Least[SearchProblem.BuySide(trade)], ranges.Most[SearchProblem.BuySide(trade)]) = buy;
            (ranges.Least[SearchProblem.SellSide(trade)], ranges.Most[SearchProblem.SellSide(trade)]) = sell;
            ranges.MustTrade[trade] = mustTrade;
        }
    }

    /// <summary>By resource row, the only trade that moves it; negative where there are several or none.</summary>
    private static int[] TradeOfRows(SearchProblem problem)
    {
        const int None = -1, Several = -2;
        var trades = Enumerable.Repeat(None, problem.Room.Length).ToArray();
        for (var side = 0; side < problem.Most.Length; side++)
        {
            for (var entry = problem.Resource.Start[side]; entry < problem.Resource.Start[side + 1]; entry++)
            {
                ref var trade = ref trades[problem.Resource.Row[entry]];
                trade = trade == None || trade == side / 2 ? side / 2 : Several;
            }
        }

        return trades;
    }

    /// <summary>The values of a side between which the row has room; none, with 0 for the most, where it never has.</summary>
    private static (double Least, double Most) Range(SearchProblem problem, TradeRanges ranges, int side, int row, double room)
    {
        var (least, most, perValue) = (ranges.Least[side], ranges.Most[side], 0.0);
        for (var entry = problem.Resource.Start[side]; entry < problem.Resource.Start[side + 1]; entry++)
        {
            if (problem.Resource.Row[entry] == row)
            {
                (perValue, room) = (perValue + problem.Resource.PerValue[entry], room + problem.Resource.PerOrder[entry]);
            }
        }

        var lot = problem.IsWhole[side / 2] ? problem.Lot[side / 2] : 0;
        if (perValue < 0)
        {
            most = Math.Min(most, lot > 0 ? Math.Floor((room / -perValue / lot) + LotError) * lot : room / -perValue);
        }
        else if (room < 0)
        {
            var needed = perValue > 0 ? -room / perValue : double.PositiveInfinity;
            least = Math.Max(least, lot > 0 ? Math.Ceiling((needed / lot) - LotError) * lot : needed);
        }

        return least <= most * (1 + LotError) ? (Math.Min(least, most), most) : (ranges.Least[side], 0);
    }
}
