namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// The dual active-set method for strictly convex quadratic programs (Goldfarb and Idnani, "A numerically stable dual method for solving
/// strictly convex quadratic programs", Mathematical Programming 27, 1983). It starts at the unconstrained minimum and adds violated
/// constraints one at a time; when none can be added, those that stand in the way are the conflict.
/// </summary>
internal sealed class DualActiveSet
{
    private const double Tolerance = 1e-11;

    private readonly QuadraticProgram _program;
    private readonly LinearConstraint[] _constraints;
    private readonly int _equalities;
    private readonly int _size;
    private readonly double[] _point;
    private readonly double[] _multipliers;

    // J = L⁻ᵀQ, stored by columns; R upper triangular, stored by columns: N = J R on the active set.
    private readonly double[][] _j;
    private readonly List<double[]> _r = [];
    private readonly List<int> _active = [];

    private DualActiveSet(QuadraticProgram program)
    {
        _program = program;
        _constraints = [.. program.Equalities, .. program.Inequalities];
        _equalities = program.Equalities.Count;
        _size = program.Gradient.Length;
        _multipliers = new double[_constraints.Length];
        _j = DenseCholesky.InverseTransposed(program.Hessian);
        _point = new double[_size];
        foreach (var column in _j)
        {
            // x = −H⁻¹g, H⁻¹ being JJ'.
            var share = -SymmetricMatrix.Dot(column, program.Gradient);
            VectorKernels.AddScaled(share, column, _point);
        }
    }

    public static QuadraticSolution Solve(QuadraticProgram program) => new DualActiveSet(program).Run();

    private QuadraticSolution Run()
    {
        for (var equality = 0; equality < _equalities; equality++)
        {
            if (AddEquality(equality) is { } conflict)
            {
                return Unsolvable(conflict);
            }
        }

        // Each full step raises the dual objective, so no active set comes twice; the limit only guards against rounding.
        for (var step = 0; step < 50 * (_constraints.Length + _size); step++)
        {
            var worst = MostViolated();
            if (worst < 0)
            {
                return new QuadraticSolution(_point, _multipliers[_equalities..], null);
            }

            if (AddInequality(worst) is { } conflict)
            {
                return Unsolvable(conflict);
            }
        }

        throw new WeightException("the quadratic program did not converge; its covariance or constraints are numerically degenerate");
    }

    private QuadraticSolution Unsolvable(IReadOnlyList<LinearConstraint> conflict) => new(_point, [], conflict);

    private int MostViolated()
    {
        var (worst, violation) = (-1, 0.0);
        for (var i = _equalities; i < _constraints.Length; i++)
        {
            var constraint = _constraints[i];
            var slack = constraint.At(_point) - constraint.Level;
            var scaled = slack / Norm(constraint);
            if (scaled < violation && scaled < -Tolerance && !_active.Contains(i))
            {
                (worst, violation) = (i, scaled);
            }
        }

        return worst;
    }

    private IReadOnlyList<LinearConstraint>? AddEquality(int index)
    {
        var constraint = _constraints[index];
        var (d, z, r) = Directions(constraint);
        var curvature = SymmetricMatrix.Dot(d.AsSpan(_active.Count), d.AsSpan(_active.Count));
        var miss = constraint.Level - constraint.At(_point);
        if (curvature <= Tolerance * Tolerance * SymmetricMatrix.Dot(d, d))
        {
            // It follows from the equalities before it, or contradicts them.
            return Math.Abs(miss) <= 1e-9 * Norm(constraint) ? null : [.. _active.Select(i => _constraints[i]), constraint];
        }

        var length = miss / curvature;
        VectorKernels.AddScaled(length, z, _point);
        Shift(r, length);
        _multipliers[index] += length;
        Activate(index, d);
        return null;
    }

    private IReadOnlyList<LinearConstraint>? AddInequality(int index)
    {
        var constraint = _constraints[index];
        while (true)
        {
            var (d, z, r) = Directions(constraint);
            var curvature = SymmetricMatrix.Dot(d.AsSpan(_active.Count), d.AsSpan(_active.Count));
            var isDependent = curvature <= 1e-24 * SymmetricMatrix.Dot(d, d) || curvature <= 0;
            var (dualLength, blocking) = LongestDualStep(r);
            var primalLength = isDependent ? double.PositiveInfinity : (constraint.Level - constraint.At(_point)) / curvature;
            var length = Math.Min(dualLength, primalLength);
            if (double.IsPositiveInfinity(length))
            {
                return [.. _active.Select(i => _constraints[i]), constraint];
            }

            if (!isDependent)
            {
                VectorKernels.AddScaled(length, z, _point);
            }

            Shift(r, length);
            _multipliers[index] += length;
            if (primalLength <= dualLength)
            {
                Activate(index, d);
                return null;
            }

            Deactivate(blocking);
        }
    }

    /// <summary>d = J'n, the primal direction z = J₂d₂ and the dual one r = R⁻¹d₁.</summary>
    private (double[] D, double[] Z, double[] R) Directions(LinearConstraint constraint)
    {
        var d = new double[_size];
        for (var column = 0; column < _size; column++)
        {
            d[column] = constraint.At(_j[column]);
        }

        var z = new double[_size];
        for (var column = _active.Count; column < _size; column++)
        {
            VectorKernels.AddScaled(d[column], _j[column], z);
        }

        var r = d[.._active.Count];
        for (var i = r.Length - 1; i >= 0; i--)
        {
            r[i] /= _r[i][i];
            for (var k = 0; k < i; k++)
            {
                r[k] -= _r[i][k] * r[i];
            }
        }

        return (d, z, r);
    }

    private (double Length, int Position) LongestDualStep(double[] r)
    {
        var (length, position) = (double.PositiveInfinity, -1);
        for (var i = 0; i < r.Length; i++)
        {
            if (_active[i] >= _equalities && r[i] > 1e-14 && _multipliers[_active[i]] / r[i] < length)
            {
                (length, position) = (_multipliers[_active[i]] / r[i], i);
            }
        }

        return (length, position);
    }

    private void Shift(double[] r, double length)
    {
        for (var i = 0; i < r.Length; i++)
        {
            _multipliers[_active[i]] -= length * r[i];
        }
    }

    private void Activate(int index, double[] d)
    {
        // Rotations from below make d zero past the new column of R.
        for (var row = _size - 1; row > _active.Count; row--)
        {
            var length = Math.Sqrt((d[row - 1] * d[row - 1]) + (d[row] * d[row]));
            if (length > 0 && d[row] != 0)
            {
                Rotate(_j[row - 1], _j[row], d[row - 1] / length, d[row] / length);
                (d[row - 1], d[row]) = (length, 0);
            }
        }

        _active.Add(index);
        _r.Add(d[.._active.Count]);
    }

    private void Deactivate(int position)
    {
        _multipliers[_active[position]] = 0;
        _active.RemoveAt(position);
        _r.RemoveAt(position);
        for (var column = position; column < _active.Count; column++)
        {
            var (a, b) = (_r[column][column], _r[column][column + 1]);
            var length = Math.Sqrt((a * a) + (b * b));
            var (cosine, sine) = (a / length, b / length);
            for (var later = column; later < _r.Count; later++)
            {
                var values = _r[later];
                (values[column], values[column + 1]) =
                    ((cosine * values[column]) + (sine * values[column + 1]), (cosine * values[column + 1]) - (sine * values[column]));
            }

            Rotate(_j[column], _j[column + 1], cosine, sine);
        }

        for (var column = position; column < _r.Count; column++)
        {
            _r[column] = _r[column][..(column + 1)];
        }
    }

    private static void Rotate(double[] first, double[] second, double cosine, double sine)
    {
        for (var i = 0; i < first.Length; i++)
        {
            (first[i], second[i]) = ((cosine * first[i]) + (sine * second[i]), (cosine * second[i]) - (sine * first[i]));
        }
    }

    private static double Norm(LinearConstraint constraint) => Math.Sqrt(SymmetricMatrix.Dot(constraint.Values, constraint.Values));
}
