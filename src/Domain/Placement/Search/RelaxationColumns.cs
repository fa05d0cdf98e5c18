namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The columns of the linear relaxation: one for every buying side, and one for every tax lot of a selling side, with the lots' lower convex
/// envelope where a later lot is taxed less. A deviation row's entry is what the column takes off the residual, a resource row's what it brings.
/// </summary>
internal sealed class RelaxationColumns
{
    private readonly SearchProblem _problem;
    private readonly double[] _orderShare;
    private readonly double[] _baseSlope;

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

            foreach (var (width, tax) in Segments(current))
            {
                side.Add(current);
                most.Add(width);
                slope.Add(problem.Rate[current] + tax);
                AddEntries(problem.Deviation, current, 0, rows, coefficients);
                AddEntries(problem.Resource, current, problem.Gap.Length, rows, coefficients);
                start.Add(rows.Count);
            }
        }

        (Side, Most, _baseSlope, Start, Row, Coefficient) = ([.. side], [.. most], [.. slope], [.. start], [.. rows], [.. coefficients]);
        Slope = new double[Count];
        _orderShare = [.. problem.Most.Select(value => value > 0 ? 1 / value : 0)];
        SetSlopes();
    }

    public int Count => Side.Length;

    public int[] Side { get; }

    public double[] Most { get; }

    /// <summary>Cost of a unit: rate, tax, and the order's share.</summary>
    public double[] Slope { get; }

    public int[] Start { get; }

    /// <summary>Deviation rows first, then resource rows.</summary>
    public int[] Row { get; }

    public double[] Coefficient { get; }

    /// <summary>Spreads the cost of an order over the value its side has now; a side without value keeps the share it had.</summary>
    public void ScaleSlopes(double[] sideValues)
    {
        for (var side = 0; side < sideValues.Length; side++)
        {
            if (sideValues[side] > 0)
            {
                _orderShare[side] = 1 / Math.Max(sideValues[side], _problem.Least[side >> 1]);
            }
        }

        SetSlopes();
    }

    private void SetSlopes()
    {
        for (var column = 0; column < Count; column++)
        {
            Slope[column] = _baseSlope[column] + (_problem.Ticket[Side[column] >> 1] * _orderShare[Side[column]]);
        }
    }

    private static void AddEntries(SideEntries entries, int side, int firstRow, List<int> rows, List<double> coefficients)
    {
        for (var entry = entries.Start[side]; entry < entries.Start[side + 1]; entry++)
        {
            rows.Add(firstRow + entries.Row[entry]);
            coefficients.Add(entries.PerValue[entry]);
        }
    }

    /// <summary>Pieces of rising tax of a side, each with its width; one without tax for what has none.</summary>
    private List<(double Width, double Tax)> Segments(int side)
    {
        var (taxes, pair, most) = (_problem.Taxes, _problem.Pair[side >> 1], _problem.Most[side]);
        var points = new List<(double Value, double Tax)> { (0, 0) };
        for (var lot = taxes.Start[pair]; lot < taxes.Start[pair + 1] && (side & 1) == 1; lot++)
        {
            var (value, tax) = points[^1];
            var end = Math.Min(taxes.End[lot], most);
            if (end <= value)
            {
                break;
            }

            points.Add((end, tax + ((end - value) * taxes.Tax[lot])));
            while (points.Count > 2 && SlopeTo(points, points.Count - 1) < SlopeTo(points, points.Count - 2))
            {
                points.RemoveAt(points.Count - 2);
            }
        }

        if (points.Count == 1)
        {
            return [(most, 0)];
        }

        return [.. Enumerable.Range(1, points.Count - 1).Select(index => (points[index].Value - points[index - 1].Value, SlopeTo(points, index)))];
    }

    private static double SlopeTo(List<(double Value, double Tax)> points, int index) =>
        (points[index].Tax - points[index - 1].Tax) / (points[index].Value - points[index - 1].Value);
}
