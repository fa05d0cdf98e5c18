namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// The critical line algorithm (Markowitz 1956; Niedermayer and Niedermayer 2010): the whole exact frontier of
/// <c>min ½ w'Σw − λ μ'w</c> subject to <c>1'w = sum</c> and <c>lower ≤ w ≤ upper</c>, as λ falls from infinity to 0. Between two turning
/// points the weights are linear in λ. A step costs O(k²) for the factor and O(nk) for the gradients, k being the number of free assets.
/// </summary>
public sealed class CriticalLine
{
    // Keeps singular covariances solvable; relative to the mean variance it is far below any estimate's error.
    private const double RelativeRidge = 1e-12;

    private readonly double[] _means;
    private readonly SymmetricMatrix _covariance;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly double _sum;

    private readonly double[] _weights;
    private readonly bool[] _isFree;
    private readonly double[] _fromBound;
    private readonly UpdatableCholesky _factor;

    private CriticalLine(double[] means, SymmetricMatrix covariance, double[] lower, double[] upper, double sum)
    {
        _means = means;
        _covariance = covariance.WithRidge(RelativeRidge * covariance.Trace / means.Length);
        (_lower, _upper, _sum) = (lower, upper, sum);
        _weights = [.. lower];
        _isFree = new bool[means.Length];
        _factor = new UpdatableCholesky(_covariance);
        var start = FirstVertex();
        _fromBound = _covariance.Times(_weights);
        Free(start);
    }

    /// <summary>The frontier's turning points, from highest return (λ = ∞) to minimum volatility (λ = 0).</summary>
    /// <param name="means">Expected returns, length n.</param>
    /// <param name="covariance">n × n, positive semidefinite.</param>
    /// <exception cref="WeightException">Bounds that no weights adding up to <paramref name="sum"/> meet.</exception>
    public static IReadOnlyList<TurningPoint> Trace(double[] means, SymmetricMatrix covariance, double[] lower, double[] upper, double sum = 1)
    {
        if (lower.Sum() > sum + 1e-12 || upper.Sum() < sum - 1e-12)
        {
            throw new InfeasibleWeightsException(FormattableString.Invariant(
                $"the bounds allow weights that add up to {lower.Sum()} at least and {upper.Sum()} at most, not {sum}; widen them"));
        }

        return [.. new CriticalLine(means, covariance, lower, upper, sum).Walk()];
    }

    private IEnumerable<TurningPoint> Walk()
    {
        var (lambda, last) = (double.PositiveInfinity, -1);
        do
        {
            var line = Solve();
            var step = Next(line, lambda, last);
            (lambda, last) = (step.Lambda, step.Asset);
            yield return Point(line, lambda);
            if (lambda > 0)
            {
                Apply(step);
            }
        }
        while (lambda > 0);
    }

    /// <summary>The vertex of highest return: the best assets at their upper bounds, the marginal one free.</summary>
    private int FirstVertex()
    {
        var rest = _sum - _lower.Sum();
        var byReturn = Enumerable.Range(0, _means.Length).OrderByDescending(i => _means[i]).ThenBy(i => i).ToArray();
        foreach (var i in byReturn)
        {
            var room = _upper[i] - _lower[i];
            if (room > rest)
            {
                _weights[i] = _lower[i] + rest;
                return i;
            }

            _weights[i] = _upper[i];
            rest -= room;
        }

        // Every asset is at its upper bound; the worst of them may go down first.
        return byReturn[^1];
    }

    private void Free(int asset)
    {
        _isFree[asset] = true;
        AddToBound(asset, -_weights[asset]);
        _factor.TryAdd(asset);
    }

    private void AddToBound(int asset, double weight) => VectorKernels.AddScaled(weight, _covariance.Row(asset), _fromBound);

    /// <summary>The weights of the free assets and the multiplier of the budget, both linear in λ.</summary>
    private Line Solve()
    {
        var free = _factor.Indices;
        var size = free.Count;
        var (ones, means, bound) = (new double[size], new double[size], new double[size]);
        var boundSum = 0.0;
        for (var i = 0; i < _weights.Length; i++)
        {
            boundSum += _isFree[i] ? 0 : _weights[i];
        }

        for (var i = 0; i < size; i++)
        {
            (ones[i], means[i], bound[i]) = (1, _means[free[i]], _fromBound[free[i]]);
        }

        _factor.Solve(ones);
        _factor.Solve(means);
        _factor.Solve(bound);
        var total = ones.Sum();
        var (budget, budgetSlope) = ((_sum - boundSum + bound.Sum()) / total, -means.Sum() / total);
        var (constant, slope) = (new double[size], new double[size]);
        for (var i = 0; i < size; i++)
        {
            constant[i] = (budget * ones[i]) - bound[i];
            slope[i] = means[i] + (budgetSlope * ones[i]);
        }

        // One free asset cannot move: its weight is what the budget leaves, exactly.
        if (size == 1)
        {
            (constant[0], slope[0]) = (_sum - boundSum, 0);
        }

        return new Line(constant, slope, budget, budgetSlope);
    }

    /// <summary>The largest λ below the present one at which a free asset meets a bound or a bound one wants to leave it.</summary>
    private Step Next(Line line, double lambda, int last)
    {
        var best = new Step(0, -1, Bound.None);
        var free = _factor.Indices;
        var limit = double.IsPositiveInfinity(lambda) ? double.MaxValue : lambda * (1 + 1e-12);
        for (var i = 0; i < free.Count && free.Count > 1; i++)
        {
            var asset = free[i];
            var slope = line.Slope[i];
            if (slope == 0)
            {
                continue;
            }

            // As λ falls the weight moves against its slope.
            var (target, bound) = slope > 0 ? (_lower[asset], Bound.Lower) : (_upper[asset], Bound.Upper);
            var at = (target - line.Constant[i]) / slope;
            if (at > best.Lambda && at <= limit)
            {
                best = new Step(Math.Min(at, lambda), asset, bound);
            }
        }

        var (constants, slopes) = Gradients(line);
        for (var i = 0; i < _weights.Length; i++)
        {
            if (_isFree[i] || i == last || slopes[i] == 0 || _lower[i] == _upper[i])
            {
                continue;
            }

            // Reduced gradient c + λ s; at a lower bound it is non-negative while optimal, at an upper one non-positive.
            var leaves = _weights[i] <= _lower[i] ? slopes[i] > 0 : slopes[i] < 0;
            var at = -constants[i] / slopes[i];
            if (leaves && at > best.Lambda && at <= limit)
            {
                best = new Step(Math.Min(at, lambda), i, Bound.None);
            }
        }

        return best;
    }

    /// <summary>Reduced gradients (Σw)ᵢ − λμᵢ − γ of all assets, as constant and slope in λ.</summary>
    private (double[] Constants, double[] Slopes) Gradients(Line line)
    {
        var (constants, slopes) = (new double[_weights.Length], new double[_weights.Length]);
        for (var i = 0; i < constants.Length; i++)
        {
            (constants[i], slopes[i]) = (_fromBound[i] - line.Budget, -_means[i] - line.BudgetSlope);
        }

        var free = _factor.Indices;
        for (var k = 0; k < free.Count; k++)
        {
            var row = _covariance.Row(free[k]);
            VectorKernels.AddScaled(line.Constant[k], row, constants);
            VectorKernels.AddScaled(line.Slope[k], row, slopes);
        }

        return (constants, slopes);
    }

    private void Apply(Step step)
    {
        if (step.To == Bound.None)
        {
            Free(step.Asset);
            return;
        }

        _isFree[step.Asset] = false;
        _weights[step.Asset] = step.To == Bound.Lower ? _lower[step.Asset] : _upper[step.Asset];
        _factor.Remove(step.Asset);
        AddToBound(step.Asset, _weights[step.Asset]);
    }

    private TurningPoint Point(Line line, double lambda)
    {
        var weights = new double[_weights.Length];
        _weights.CopyTo(weights, 0);
        for (var i = 0; i < _factor.Indices.Count; i++)
        {
            var asset = _factor.Indices[i];
            weights[asset] = Math.Clamp(line.Constant[i] + (line.Slope[i] * lambda), _lower[asset], _upper[asset]);
        }

        return new TurningPoint(lambda, weights);
    }

    private enum Bound
    {
        None,
        Lower,
        Upper,
    }

    /// <param name="To">The bound the asset meets; none when it becomes free.</param>
    private readonly record struct Step(double Lambda, int Asset, Bound To);

    private sealed record Line(double[] Constant, double[] Slope, double Budget, double BudgetSlope);
}

/// <param name="Lambda">Return's weight against half the variance at this point.</param>
/// <param name="Weights">Length n.</param>
public sealed record TurningPoint(double Lambda, double[] Weights);
