using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <summary>
/// The weights a problem allows, written down anew from <see cref="WeightConstraints"/>: rows a'w ≥ b, rows a'w = b and balls Σ|w − c| ≤ r.
/// </summary>
internal sealed class FeasibleSet
{
    private const double ActiveSlack = 1e-8;

    private readonly List<(double[] Row, double Level, bool IsEquality)> _rows = [];
    private readonly List<(double[] Centre, double Radius)> _balls = [];
    private readonly int _size;

    public FeasibleSet(WeightConstraints constraints)
    {
        _size = constraints.Lower.Length;
        for (var i = 0; i < _size; i++)
        {
            AtLeast(Unit(i, 1), constraints.Lower[i]);
            AtLeast(Unit(i, -1), -constraints.Upper[i]);
        }

        foreach (var group in constraints.Groups)
        {
            var member = new double[_size];
            Array.ForEach(group.Assets, asset => member[asset] = 1);
            AtLeast(member, group.Minimum ?? double.NegativeInfinity);
            AtLeast([.. member.Select(value => -value)], -group.Maximum ?? double.NegativeInfinity);
        }

        if (constraints.Net is { } net)
        {
            AtLeast(Filled(1), net.Low);
            AtLeast(Filled(-1), -net.High);
        }
        else
        {
            _rows.Add((Filled(1), constraints.Sum, true));
        }

        if (constraints.MaximumGross is { } gross)
        {
            _balls.Add((new double[_size], gross));
        }

        if (constraints is { MaximumTurnover: { } turnover, Current: { } current })
        {
            _balls.Add((current, turnover));
        }
    }

    /// <summary>Adds row'w ≥ level.</summary>
    public void AtLeast(double[] row, double level)
    {
        if (!double.IsNegativeInfinity(level))
        {
            _rows.Add((row, level, false));
        }
    }

    /// <summary>The largest amount by which a constraint is violated.</summary>
    public double Violation(double[] weights) => Math.Max(
        _rows.Select(row => row.IsEquality ? Math.Abs(Dot(row.Row, weights) - row.Level) : row.Level - Dot(row.Row, weights)).Append(0).Max(),
        _balls.Select(ball => Distance(weights, ball.Centre) - ball.Radius).Append(0).Max());

    /// <summary>
    /// How far the gradient is from the cone of the active constraints' normals (Karush, Kuhn and Tucker): 0 at a minimum of a convex function.
    /// </summary>
    /// <param name="gradient">Of what is minimised, length n; conditions of the caller's own may follow.</param>
    /// <param name="more">Further columns with non-negative multipliers, as long as <paramref name="gradient"/>.</param>
    /// <param name="unit">Scale of the gradient's terms, where these may cancel.</param>
    /// <param name="cost">Price k of Σ|w − c|, a term of what is minimised that the gradient leaves out.</param>
    /// <returns>The largest component left over, relative to the largest of the gradient.</returns>
    public double KktResidual(
        double[] weights, double[] gradient, IReadOnlyList<double[]>? more = null, double? unit = null, (double[] Centre, double Price)? cost = null)
    {
        var scale = unit ?? gradient.Take(_size).Max(Math.Abs);
        var balls = _balls.Where(ball => Distance(weights, ball.Centre) >= ball.Radius - ActiveSlack).Select(ball => ball.Centre).ToList();
        if (cost is { } given)
        {
            balls.Add(given.Centre);
        }

        var kinks = balls.Select(centre => Enumerable.Range(0, _size).Where(i => Math.Abs(weights[i] - centre[i]) <= ActiveSlack).ToArray()).ToArray();
        var height = gradient.Length + kinks.Sum(kink => kink.Length);
        List<double[]> columns = [.. Normals(weights).Concat(more ?? []).Select(column => Padded(column, height))];
        var row = gradient.Length;
        for (var b = 0; b < balls.Count; b++)
        {
            AddBall(columns, weights, balls[b], kinks[b], row, height);
            row += kinks[b].Length;
        }

        var right = Padded(gradient, height);
        if (cost is { } priced)
        {
            // The multiplier of this ball is known: the price.
            right = [.. right.Zip(columns[^1], (value, column) => value - (priced.Price * column))];
            columns.RemoveAt(columns.Count - 1);
        }

        var (_, residual) = NonNegativeLeastSquares.Solve(
            [.. columns.Where(column => column.Any(value => value != 0)).Select(Normalised)], [.. right.Select(value => value / scale)]);
        return residual.Max(Math.Abs);
    }

    private IEnumerable<double[]> Normals(double[] weights)
    {
        foreach (var (row, level, isEquality) in _rows)
        {
            if (isEquality || Dot(row, weights) <= level + ActiveSlack)
            {
                yield return row;
            }

            if (isEquality)
            {
                yield return [.. row.Select(value => -value)];
            }
        }
    }

    /// <summary>
    /// The subgradients of a ball: −ν sign(w − c), and on a kink −t with |t| ≤ ν, written as t = p − ν, p + q = 2ν, p and q not negative.
    /// </summary>
    private void AddBall(List<double[]> columns, double[] weights, double[] centre, int[] kink, int row, int height)
    {
        var multiplier = new double[height];
        for (var i = 0; i < _size; i++)
        {
            multiplier[i] = -Math.Sign(weights[i] - centre[i]);
        }

        foreach (var (position, i) in kink.Index())
        {
            var (p, q) = (new double[height], new double[height]);
            (multiplier[i], multiplier[row + position]) = (1, -2);
            (p[i], p[row + position], q[row + position]) = (-1, 1, 1);
            columns.Add(p);
            columns.Add(q);
        }

        columns.Add(multiplier);
    }

    private static double Distance(double[] weights, double[] centre) => weights.Zip(centre, (w, c) => Math.Abs(w - c)).Sum();

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();

    private static double[] Normalised(double[] column)
    {
        var length = Math.Sqrt(Dot(column, column));
        return [.. column.Select(value => value / length)];
    }

    private static double[] Padded(double[] values, int length) => [.. values, .. new double[length - values.Length]];

    private double[] Unit(int index, double value)
    {
        var unit = new double[_size];
        unit[index] = value;
        return unit;
    }

    private double[] Filled(double value) => [.. Enumerable.Repeat(value, _size)];
}
