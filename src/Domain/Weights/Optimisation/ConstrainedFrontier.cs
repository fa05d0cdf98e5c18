using MathNet.Numerics.LinearAlgebra;

namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// The exact frontier under general linear constraints, at O(n³) a segment: the active set at a λ gives the weights as a line in λ, the line
/// is followed to the first constraint met or multiplier gone, and the quadratic program just past it gives the next active set.
/// </summary>
internal sealed class ConstrainedFrontier(
    double[] means, SymmetricMatrix covariance, IReadOnlyList<LinearConstraint> equalities, IReadOnlyList<LinearConstraint> inequalities,
    Func<double[], LinearConstraint?> violatedCut)
{
    private const double Tolerance = 1e-10;
    private const double RelativeRidge = 1e-12;

    private readonly SymmetricMatrix _hessian = covariance.WithRidge(RelativeRidge * covariance.Trace / covariance.Size);
    private readonly List<LinearConstraint> _inequalities = [.. inequalities];

    /// <returns>Turning points by falling λ, ending at 0.</returns>
    /// <exception cref="WeightException">No weights meet all constraints.</exception>
    public IReadOnlyList<TurningPoint> Trace()
    {
        // λ at which return and risk weigh about the same sets the step past a turning point.
        var scale = covariance.Trace / covariance.Size / Math.Max(means.Max(Math.Abs), 1e-12);
        var points = new List<TurningPoint> { new(0, LeastRisky()) };
        for (var lambda = scale * 1e-9; ;)
        {
            var solution = Solve(lambda);
            var (constant, slope, end) = Segment(solution, lambda);
            var at = double.IsPositiveInfinity(end) ? lambda : end;
            var weights = constant.Zip(slope, (c, s) => c + (s * at)).ToArray();
            if (violatedCut(weights) is { } cut)
            {
                _inequalities.Add(cut);
                continue;
            }

            points.Add(new TurningPoint(at, weights));
            if (double.IsPositiveInfinity(end))
            {
                points.Reverse();
                return points;
            }

            lambda = (end * (1 + 1e-9)) + (scale * 1e-9);
        }
    }

    /// <summary>The weights at λ = 0.</summary>
    /// <exception cref="WeightException">No weights meet all constraints.</exception>
    public double[] LeastRisky() => Solve(0).Point;

    private QuadraticSolution Solve(double lambda)
    {
        while (true)
        {
            var solution = DualActiveSet.Solve(new QuadraticProgram(_hessian, [.. means.Select(mean => -lambda * mean)], equalities, _inequalities));
            if (solution.Conflict is { } conflict)
            {
                throw LinearConstraint.Excluded(conflict);
            }

            if (violatedCut(solution.Point) is not { } cut)
            {
                return solution;
            }

            _inequalities.Add(cut);
        }
    }

    /// <summary>Weights as constant + λ slope on the active set, and the λ at which the set changes.</summary>
    private (double[] Constant, double[] Slope, double End) Segment(QuadraticSolution solution, double lambda)
    {
        var active = Enumerable.Range(0, solution.Multipliers.Length).Where(i => solution.Multipliers[i] > 0).ToArray();
        LinearConstraint[] rows = [.. equalities, .. active.Select(i => _inequalities[i])];
        var size = means.Length;
        var system = Matrix<double>.Build.Dense(size + rows.Length, size + rows.Length);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                system[i, j] = _hessian[i, j];
            }
        }

        for (var k = 0; k < rows.Length; k++)
        {
            for (var e = 0; e < rows[k].Indices.Length; e++)
            {
                system[size + k, rows[k].Indices[e]] = rows[k].Values[e];
                system[rows[k].Indices[e], size + k] = -rows[k].Values[e];
            }
        }

        var factor = system.LU();
        var constant = factor.Solve(Vector<double>.Build.Dense([.. new double[size], .. rows.Select(row => row.Level)])).ToArray();
        var slope = factor.Solve(Vector<double>.Build.Dense([.. means, .. new double[rows.Length]])).ToArray();
        return (constant[..size], slope[..size], End(constant, slope, lambda, [.. active], rows.Length - active.Length));
    }

    private double End(double[] constant, double[] slope, double lambda, int[] active, int equalityCount)
    {
        var size = means.Length;
        var end = double.PositiveInfinity;
        for (var i = 0; i < _inequalities.Count; i++)
        {
            var position = Array.IndexOf(active, i);
            var (value, change) = position >= 0
                ? (constant[size + equalityCount + position], slope[size + equalityCount + position])
                : (_inequalities[i].At(constant[..size]) - _inequalities[i].Level, _inequalities[i].At(slope[..size]));
            if (change < -Tolerance * Math.Abs(value) && -value / change is var at && at > lambda)
            {
                end = Math.Min(end, at);
            }
        }

        return end;
    }
}
