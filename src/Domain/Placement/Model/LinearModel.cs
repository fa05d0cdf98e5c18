namespace Rebalancer.Domain.Placement.Model;

/// <summary>A sum of columns times coefficients; terms on the same column add up.</summary>
internal sealed class LinearSum
{
    public SortedDictionary<int, double> Terms { get; } = [];

    public LinearSum Add(int column, double coefficient)
    {
        if (coefficient != 0)
        {
            Terms[column] = Terms.GetValueOrDefault(column) + coefficient;
        }

        return this;
    }

    public LinearSum Add(LinearSum other, double factor = 1)
    {
        foreach (var (column, coefficient) in other.Terms)
        {
            Add(column, coefficient * factor);
        }

        return this;
    }

    public double At(double[] values) => Terms.Sum(term => term.Value * values[term.Key]);
}

/// <summary>A mixed-integer linear program that grows: each stage adds its rows and columns and minimises its own objective.</summary>
internal sealed class LinearModel
{
    private readonly List<double> _lower = [];
    private readonly List<double> _upper = [];
    private readonly List<bool> _isInteger = [];
    private readonly List<double> _rowLower = [];
    private readonly List<double> _rowUpper = [];
    private readonly List<List<(int Row, double Coefficient)>> _entries = [];

    public int ColumnCount => _lower.Count;

    public int RowCount => _rowLower.Count;

    public int AddColumn(double lower, double upper, bool isInteger = false)
    {
        _lower.Add(lower);
        _upper.Add(upper);
        _isInteger.Add(isInteger);
        _entries.Add([]);
        return _lower.Count - 1;
    }

    public void Fix(int column, double value) => (_lower[column], _upper[column]) = (value, value);

    public void AddRow(LinearSum sum, double lower, double upper)
    {
        foreach (var (column, coefficient) in sum.Terms.Where(term => term.Value != 0))
        {
            _entries[column].Add((_rowLower.Count, coefficient));
        }

        _rowLower.Add(lower);
        _rowUpper.Add(upper);
    }

    public void AddAtLeast(LinearSum sum, double lower) => AddRow(sum, lower, double.PositiveInfinity);

    public void AddAtMost(LinearSum sum, double upper) => AddRow(sum, double.NegativeInfinity, upper);

    public MilpProblem ToProblem(LinearSum objective, double[]? startingPoint)
    {
        var cost = new double[ColumnCount];
        foreach (var (column, coefficient) in objective.Terms)
        {
            cost[column] = coefficient;
        }

        var starts = new int[ColumnCount + 1];
        for (var column = 0; column < ColumnCount; column++)
        {
            starts[column + 1] = starts[column] + _entries[column].Count;
        }

        return new MilpProblem(
            cost, [.. _lower], [.. _upper], [.. _isInteger], [.. _rowLower], [.. _rowUpper], starts,
            [.. _entries.SelectMany(entries => entries.Select(entry => entry.Row))],
            [.. _entries.SelectMany(entries => entries.Select(entry => entry.Coefficient))],
            startingPoint);
    }
}
