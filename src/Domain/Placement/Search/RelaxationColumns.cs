using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The columns of the linear relaxation: one for every buying side, and one for every tax lot of a selling side, with the lots' lower convex
/// envelope where a later lot is taxed less. A deviation row's entry is what the column takes off the residual, a resource row's what it brings.
/// </summary>
internal sealed class RelaxationColumns
{
    private readonly SearchProblem _problem;
    private readonly TradeRanges _ranges;

    public RelaxationColumns(SearchProblem problem, TradeRanges ranges)
    {
        (_problem, _ranges) = (problem, ranges);
        var leftOut = SingleTradeRows.Of(problem);
        var (side, least, most, slope, start) = (new List<int>(), new List<double>(), new List<double>(), new List<double>(), new List<int> { 0 });
        var (rows, coefficients) = (new List<int>(), new List<double>());
        for (var current = 0; current < 2 * problem.TradeCount; current++)
        {
            if (ranges.Most[current] <= 0)
            {
                continue;
            }

            var needed = MustTrade(current) ? ranges.Least[current] : 0;
            foreach (var (width, tax, gain) in Segments(current))
            {
                side.Add(current);
                least.Add(Math.Min(width, needed));
                needed -= least[^1];
                most.Add(width);
                slope.Add(problem.Rate[current] + tax + (problem.Ticket[current >> 1] / ranges.Most[current]));
                AddEntries(problem.Deviation, current, 0, null, rows, coefficients);
                AddEntries(problem.Resource, current, problem.Gap.Length, leftOut, rows, coefficients);
                if (double.IsFinite(problem.GainBudget) && gain != 0)
                {
                    rows.Add(problem.Gap.Length + problem.Room.Length);
                    coefficients.Add(-gain);
                }

                start.Add(rows.Count);
            }
        }

        (Side, Least, Most, Slope, Start, Row, Coefficient) = ([.. side], [.. least], [.. most], [.. slope], [.. start], [.. rows], [.. coefficients]);
    }

    public int Count => Side.Length;

    public int[] Side { get; }

    /// <summary>Above 0 only where the trade has no choice but to trade on this side.</summary>
    public double[] Least { get; }

    public double[] Most { get; }

    /// <summary>Cost of a unit: rate, tax, and the order's share of the largest order.</summary>
    public double[] Slope { get; }

    public int[] Start { get; }

    /// <summary>Deviation rows first, then resource rows, then the gain budget where there is one.</summary>
    public int[] Row { get; }

    public double[] Coefficient { get; }

    /// <summary>What one more unit of a column costs at the prices of the rows.</summary>
    public double ReducedCost(int column, double[] prices)
    {
        var cost = Slope[column];
        for (var entry = Start[column]; entry < Start[column + 1]; entry++)
        {
            cost -= Coefficient[entry] * prices[Row[entry]];
        }

        return cost;
    }

    /// <summary>Adds what a value of a column moves the rows by.</summary>
    public void AddMoves(int column, double value, double[] moves)
    {
        for (var entry = Start[column]; value != 0 && entry < Start[column + 1]; entry++)
        {
            moves[Row[entry]] += Coefficient[entry] * value;
        }
    }

    /// <summary>The trade has to be made, and cannot be on the other side.</summary>
    private bool MustTrade(int side) => _ranges.MustTrade[side / 2] && _ranges.Most[side ^ 1] <= 0;

    /// <param name="leftOut">By row of the entries; null where none is.</param>
    private static void AddEntries(SideEntries entries, int side, int firstRow, bool[]? leftOut, List<int> rows, List<double> coefficients)
    {
        for (var entry = entries.Start[side]; entry < entries.Start[side + 1]; entry++)
        {
            if (leftOut is null || !leftOut[entries.Row[entry]])
            {
                rows.Add(firstRow + entries.Row[entry]);
                coefficients.Add(entries.PerValue[entry]);
            }
        }
    }

    /// <summary>Pieces of rising tax of a side, each with its width and its gain; one without tax for what has none.</summary>
    private List<(double Width, double Tax, double Gain)> Segments(int side)
    {
        var (taxes, pair, most) = (_problem.Taxes, _problem.Pair[side >> 1], _ranges.Most[side]);
        var points = new List<(double Value, double Tax, double Gain)> { (0, 0, 0) };
        for (var lot = taxes.Start[pair]; lot < taxes.Start[pair + 1] && (side & 1) == 1; lot++)
        {
            var (value, tax, gain) = points[^1];
            var width = Math.Min(taxes.End[lot], most) - value;
            if (width <= 0)
            {
                break;
            }

            points.Add((value + width, tax + (width * taxes.Tax[lot]), gain + (width * taxes.Gain[lot])));
            while (points.Count > 2 && TaxSlope(points, points.Count - 1) < TaxSlope(points, points.Count - 2))
            {
                points.RemoveAt(points.Count - 2);
            }
        }

        return points.Count == 1 ? [(most, 0, 0)] : [.. Enumerable.Range(1, points.Count - 1).Select(index => Segment(points, index))];
    }

    private static (double Width, double Tax, double Gain) Segment(List<(double Value, double Tax, double Gain)> points, int index)
    {
        var width = points[index].Value - points[index - 1].Value;
        return (width, TaxSlope(points, index), (points[index].Gain - points[index - 1].Gain) / width);
    }

    private static double TaxSlope(List<(double Value, double Tax, double Gain)> points, int index) =>
        (points[index].Tax - points[index - 1].Tax) / (points[index].Value - points[index - 1].Value);
}
