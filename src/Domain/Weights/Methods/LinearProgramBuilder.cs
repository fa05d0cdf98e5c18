using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>Collects a linear program over weights and helper variables row by row, for <see cref="IMilpSolver"/>.</summary>
internal sealed class LinearProgramBuilder
{
    private readonly List<(double Cost, double Lower, double Upper)> _columns = [];
    private readonly List<List<(int Row, double Value)>> _entries = [];
    private readonly List<(double Lower, double Upper)> _rows = [];

    public int AddColumn(double cost, double lower, double upper)
    {
        _columns.Add((cost, lower, upper));
        _entries.Add([]);
        return _columns.Count - 1;
    }

    public int AddRow(double lower, double upper)
    {
        _rows.Add((lower, upper));
        return _rows.Count - 1;
    }

    public void Set(int row, int column, double value)
    {
        if (value != 0)
        {
            _entries[column].Add((row, value));
        }
    }

    public void Add(LinearConstraint constraint, bool isEquality)
    {
        var row = AddRow(constraint.Level, isEquality ? constraint.Level : double.PositiveInfinity);
        for (var k = 0; k < constraint.Indices.Length; k++)
        {
            Set(row, constraint.Indices[k], constraint.Values[k]);
        }
    }

    public MilpProblem Build()
    {
        var starts = new int[_columns.Count + 1];
        for (var column = 0; column < _columns.Count; column++)
        {
            starts[column + 1] = starts[column] + _entries[column].Count;
        }

        return new MilpProblem(
            [.. _columns.Select(column => column.Cost)], [.. _columns.Select(column => column.Lower)], [.. _columns.Select(column => column.Upper)],
            new bool[_columns.Count], [.. _rows.Select(row => row.Lower)], [.. _rows.Select(row => row.Upper)], starts,
            [.. _entries.SelectMany(entries => entries.Select(entry => entry.Row))],
            [.. _entries.SelectMany(entries => entries.Select(entry => entry.Value))]);
    }
}
