using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Fewest trades as a search problem: an order costs 1, deviation beyond the band far more, turnover so little that it only breaks ties; cost
/// and tax do not count.
/// </summary>
internal static class FewestTradesSearch
{
    // All the portfolio turned over once costs less than half an order.
    private const double TurnoverInOrders = 0.4;

    // A ten-millionth of the portfolio beyond the band is as bad as an order.
    private const double OrdersForAllBeyondBand = 1e7;

    /// <summary>Less than this share of the portfolio beyond the band is rounding.</summary>
    private const double BandError = 1e-12;

    public static SearchProblem Of(SearchProblem problem)
    {
        var portfolio = problem.Portfolio;
        var total = (double)portfolio.TotalValue;
        return problem with
        {
            DeviationWeight = OrdersForAllBeyondBand / total,
            Rate = [.. problem.Rate.Select(_ => TurnoverInOrders / total)],
            Ticket = [.. problem.Ticket.Select(_ => 1.0)],
            Taxes = problem.Taxes with { Tax = new double[problem.Taxes.Tax.Length] },
            Band = [.. portfolio.Rows.Select((_, row) => Math.Max(0, ((double)portfolio.Problem.Band * total) - RoundingIn(problem, row)))],
        };
    }

    public static bool IsWithinBand(SearchState state)
    {
        var slack = BandError * (double)state.Problem.Portfolio.TotalValue;
        return state.Residual.Zip(state.Problem.Band, (residual, band) => Math.Abs(residual) <= band + slack).All(isWithin => isWithin);
    }

    /// <summary>
    /// No plan has fewer orders: each row outside the band needs as many as bring it back when each is as large as it may be. An order that moves
    /// several such rows serves them all at once.
    /// </summary>
    public static int LeastOrders(Portfolio portfolio, SearchProblem problem)
    {
        var band = (double)(portfolio.Problem.Band * portfolio.TotalValue);
        var slack = BandError * (double)portfolio.TotalValue;
        var needed = new int[problem.Gap.Length];
        var moves = LargestMoves(problem);
        foreach (var (row, gap) in problem.Gap.Index())
        {
            var left = Math.Abs(gap) - band - slack;
            foreach (var move in moves[row].OrderDescending())
            {
                if (left <= 0)
                {
                    break;
                }

                left -= move;
                needed[row]++;
            }

            needed[row] += left > 0 ? 1 : 0;
        }

        var served = MostRowsServed(problem, needed);
        return Math.Max(needed.DefaultIfEmpty().Max(), (needed.Sum() + served - 1) / served);
    }

    /// <summary>By row: how far each side can move it towards its target.</summary>
    private static List<double>[] LargestMoves(SearchProblem problem)
    {
        var moves = problem.Gap.Select(_ => new List<double>()).ToArray();
        for (var side = 0; side < problem.Most.Length; side++)
        {
            for (var entry = problem.Deviation.Start[side]; entry < problem.Deviation.Start[side + 1]; entry++)
            {
                var (row, perValue, perOrder) = (problem.Deviation.Row[entry], problem.Deviation.PerValue[entry], problem.Deviation.PerOrder[entry]);
                var direction = Math.Sign(problem.Gap[row]);
                var move = Math.Max(
                    direction * ((perValue * problem.Most[side]) + perOrder), direction * ((perValue * problem.Least[side >> 1]) + perOrder));
                if (move > 0)
                {
                    moves[row].Add(move);
                }
            }
        }

        return moves;
    }

    /// <summary>How many rows that need orders one order moves at most.</summary>
    private static int MostRowsServed(SearchProblem problem, int[] needed)
    {
        var most = 1;
        for (var side = 0; side < problem.Most.Length; side++)
        {
            var served = 0;
            for (var entry = problem.Deviation.Start[side]; entry < problem.Deviation.Start[side + 1]; entry++)
            {
                served += needed[problem.Deviation.Row[entry]] > 0 ? 1 : 0;
            }

            most = Math.Max(most, served);
        }

        return most;
    }

    /// <summary>What rounding to lots of 8 decimals may move a row by: the band is narrower by it.</summary>
    private static double RoundingIn(SearchProblem problem, int row)
    {
        var sum = 0.0;
        for (var side = 0; side < problem.Most.Length; side++)
        {
            for (var entry = problem.Deviation.Start[side]; entry < problem.Deviation.Start[side + 1]; entry++)
            {
                sum += problem.Deviation.Row[entry] == row && !problem.IsWhole[side >> 1] ? Math.Abs(problem.Deviation.PerValue[entry]) * problem.Lot[side >> 1] : 0;
            }
        }

        return sum;
    }
}
