namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The columns of the linear relaxation: one for every buying side, and one for every tax lot of a selling side, with the lots' lower convex
/// envelope where a later lot is taxed less. A deviation row's entry is what the column takes off the residual, a resource row's what it brings.
/// </summary>
internal sealed class RelaxationColumns
{
    private readonly SearchProblem _problem;

    public RelaxationColumns(SearchProblem problem)
    {
        _problem = problem;
        var (side, most, slope, start) = (new List<int>(), new List<double>(), new List<double>(), new List<int> { 0 });
        var (rows, coefficients) = (new List<int>(), new List<double>());
        for (var current = 0; current < 2 * problem.TradeCount; current++)
        {
            if (problem.Most[current] <= 0)
            {
                continue;
            }

            foreach (var (width, tax, gain) in Segments(current))
            {
                side.Add(current);
                most.Add(width);
                slope.Add(problem.Rate[current] + tax + (problem.Ticket[current >> 1] / problem.Most[current]));
                AddEntries(problem.Deviation, current, 0, rows, coefficients);
                AddEntries(problem.Resource, current, problem.Gap.Length, rows, coefficients);
                if (double.IsFinite(problem.GainBudget) && gain != 0)
                {
                    rows.Add(problem.Gap.Length + problem.Room.Length);
                    coefficients.Add(-gain);
                }

                start.Add(rows.Count);
            }
        }

        (Side, Most, Slope, Start, Row, Coefficient) = ([.. side], [.. most], [.. slope], [.. start], [.. rows], [.. coefficients]);
    }

    public int Count => Side.Length;

    public int[] Side { get; }

    public double[] Most { get; }

    /// <summary>Cost of a unit: rate, tax, and the order's share of the largest order.</summary>
    public double[] Slope { get; }

    public int[] Start { get; }

    /// <summary>Deviation rows first, then resource rows, then the gain budget where there is one.</summary>
    public int[] Row { get; }

    public double[] Coefficient { get; }

    private static void AddEntries(SideEntries entries, int side, int firstRow, List<int> rows, List<double> coefficients)
    {
        for (var entry = entries.Start[side]; entry < entries.Start[side + 1]; entry++)
        {
            rows.Add(firstRow + entries.Row[entry]);
            coefficients.Add(entries.PerValue[entry]);
        }
    }

    /// <summary>Pieces of rising tax of a side, each with its width and its gain; one without tax for what has none.</summary>
    private List<(double Width, double Tax, double Gain)> Segments(int side)
    {
        var (taxes, pair, most) = (_problem.Taxes, _problem.Pair[side >> 1], _problem.Most[side]);
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
