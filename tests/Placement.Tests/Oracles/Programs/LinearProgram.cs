using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles.Programs;

/// <summary>A constant and multiples of columns.</summary>
internal sealed class Expression
{
    public Expression(double constant = 0) => Constant = constant;

    public double Constant { get; private set; }

    public SortedDictionary<int, double> Terms { get; } = [];

    public static Expression Of(params ReadOnlySpan<(int Column, double Factor)> terms)
    {
        var expression = new Expression();
        foreach (var (column, factor) in terms)
        {
            expression.Add(column, factor);
        }

        return expression;
    }

    public Expression Add(int column, double factor)
    {
        Terms[column] = Terms.GetValueOrDefault(column) + factor;
        return this;
    }

    public Expression Add(Expression other, double factor = 1)
    {
        Constant += other.Constant * factor;
        foreach (var (column, times) in other.Terms)
        {
            Add(column, times * factor);
        }

        return this;
    }

    public double At(double[] values) => Constant + Terms.Sum(term => term.Value * values[term.Key]);
}

/// <summary>Columns and rows of a mixed-integer program as they are written down, one after another.</summary>
internal sealed class LinearProgram
{
    private readonly List<double> _upper = [];
    private readonly List<bool> _isInteger = [];
    private readonly List<(SortedDictionary<int, double> Terms, double Lower, double Upper)> _rows = [];

    /// <returns>A column from 0 to <paramref name="upper"/>.</returns>
    public int Column(double upper, bool isInteger = false)
    {
        _upper.Add(upper);
        _isInteger.Add(isInteger);
        return _upper.Count - 1;
    }

    public int Binary() => Column(1, isInteger: true);

    public void AtLeast(Expression expression, double least) => _rows.Add((expression.Terms, least - expression.Constant, double.PositiveInfinity));

    public void AtMost(Expression expression, double most) => _rows.Add((expression.Terms, double.NegativeInfinity, most - expression.Constant));

    public void Equal(Expression expression, double value) => _rows.Add((expression.Terms, value - expression.Constant, value - expression.Constant));

    /// <summary>A column that is at least an expression and at least zero: the expression's positive part where it is minimised.</summary>
    public Expression PositivePart(Expression expression)
    {
        var part = Expression.Of((Column(double.PositiveInfinity), 1));
        AtLeast(new Expression().Add(part).Add(expression, -1), 0);
        return part;
    }

    /// <param name="whole">Where given, integers are fixed at these values, so that a rest of an integer cannot pay for anything.</param>
    public MilpProblem Minimise(Expression objective, double[]? whole = null)
    {
        var rows = _rows.Where(row => row.Terms.Count > 0).ToList();
        var byColumn = rows.SelectMany((row, index) => row.Terms.Select(term => (Column: term.Key, Row: index, Factor: term.Value))).Where(entry => entry.Factor != 0).ToLookup(entry => entry.Column);
        var (starts, indices, factors) = (new List<int> { 0 }, new List<int>(), new List<double>());
        for (var column = 0; column < _upper.Count; column++)
        {
            indices.AddRange(byColumn[column].Select(entry => entry.Row));
            factors.AddRange(byColumn[column].Select(entry => entry.Factor));
            starts.Add(indices.Count);
        }

        double Fixed(int column, double otherwise) => whole is not null && _isInteger[column] ? Math.Round(whole[column]) : otherwise;
        return new MilpProblem(
            [.. Enumerable.Range(0, _upper.Count).Select(column => objective.Terms.GetValueOrDefault(column))],
            [.. Enumerable.Range(0, _upper.Count).Select(column => Fixed(column, 0))],
            [.. _upper.Select((upper, column) => Fixed(column, upper))],
            [.. _isInteger.Select(isInteger => isInteger && whole is null)],
            [.. rows.Select(row => row.Lower)],
            [.. rows.Select(row => row.Upper)],
            [.. starts], [.. indices], [.. factors]);
    }

    /// <summary>False where a row without columns does not hold: then no plan exists, whatever a solver says of the rest.</summary>
    public bool HoldsWithoutColumns => _rows.TrueForAll(row => row.Terms.Count > 0 || (row.Lower <= 1e-9 && row.Upper >= -1e-9));
}
