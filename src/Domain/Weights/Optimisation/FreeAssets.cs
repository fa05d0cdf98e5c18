namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// The linear algebra of a critical line: some assets are free, the others rest at a bound, and the budget and the optimality conditions of the
/// free ones give their weights as a line in λ.
/// </summary>
internal sealed class FreeAssets
{
    // An asset whose variance the free ones explain but for this share depends on them. It is far below any estimate's error and far above rounding.
    private const double Dependent = 1e-10;
    private const double NearlyDependent = 1e-6;
    private const int Refinements = 2;

    private readonly double[] _means;
    private readonly SymmetricMatrix _covariance;
    private readonly double[] _weights;
    private readonly double _sum;
    private readonly bool[] _isFree;
    private double[] _fromBound;
    private UpdatableCholesky _factor;

    /// <param name="weights">Where the assets rest at first; kept up to date for those at a bound.</param>
    public FreeAssets(double[] means, SymmetricMatrix covariance, double[] weights, double sum)
    {
        (_means, _weights, _sum) = (means, weights, sum);
        TypicalVariance = Typical(covariance);
        _covariance = covariance.Plus(TypicalVariance);
        _isFree = new bool[means.Length];
        _factor = new UpdatableCholesky(_covariance);
        _fromBound = _covariance.Times(_weights);
    }

    /// <summary>Unit of the variances; see <see cref="Typical"/>.</summary>
    public double TypicalVariance { get; }

    /// <summary>The free assets, in the order of a line's coefficients.</summary>
    public IReadOnlyList<int> Indices => _factor.Indices;

    public bool IsFree(int asset) => _isFree[asset];

    /// <summary>Lets an asset go from its bound.</summary>
    /// <returns>False, changing nothing, when the asset depends on the free ones.</returns>
    public bool TryFree(int asset)
    {
        if (!_factor.TryAdd(asset, Dependent))
        {
            return false;
        }

        _isFree[asset] = true;
        AddToBound(asset, -_weights[asset]);
        return true;
    }

    /// <summary>Moves an asset that is not free.</summary>
    public void Move(int asset, double weight)
    {
        AddToBound(asset, weight - _weights[asset]);
        _weights[asset] = weight;
    }

    /// <summary>Puts a free asset to rest.</summary>
    public void Bind(int asset, double weight)
    {
        _isFree[asset] = false;
        _weights[asset] = weight;
        _factor.Remove(asset);
        AddToBound(asset, weight);
    }

    /// <summary>The mixture of free assets that a unit of another one, which depends on them, replaces without changing risk or return.</summary>
    public double[] MixtureOf(int asset)
    {
        double[] mixture = [.. Indices.Select(i => _covariance[i, asset])];
        _factor.Solve(mixture);
        return mixture;
    }

    /// <summary>Many updates leave rounding behind in the factor and the sums; made anew they are exact again.</summary>
    public void Refresh()
    {
        var factor = new UpdatableCholesky(_covariance);
        if (_factor.Indices.All(asset => factor.TryAdd(asset, 0)))
        {
            _factor = factor;
            _fromBound = _covariance.Times([.. _weights.Select((weight, i) => _isFree[i] ? 0 : weight)]);
        }
    }

    /// <summary>The weights of the free assets and the multiplier of the budget, both linear in λ.</summary>
    public CriticalSegment Solve()
    {
        var free = Indices;
        var size = free.Count;
        var (ones, means, bound) = (new double[size], new double[size], new double[size]);
        var rest = _sum;
        for (var i = 0; i < _weights.Length; i++)
        {
            rest -= _isFree[i] ? 0 : _weights[i];
        }

        // Returns count only by their differences, as the sum is fixed; measured from a free asset's, equal ones cancel exactly.
        var reference = _means[free[0]];
        for (var i = 0; i < size; i++)
        {
            (ones[i], means[i], bound[i]) = (1, _means[free[i]] - reference, -_fromBound[free[i]]);
        }

        _factor.Solve(ones);
        var (constant, budget) = SolveBordered(bound, rest, ones);
        var (slope, budgetSlope) = SolveBordered(means, 0, ones);

        // One free asset cannot move: its weight is what the budget leaves, exactly.
        if (size == 1)
        {
            (constant[0], slope[0]) = (rest, 0);
        }

        return new CriticalSegment(constant, slope, budget, budgetSlope, reference);
    }

    /// <summary>Solves Σx − γ1 = b, 1'x = sum over the free assets.</summary>
    /// <param name="inverse">Σ⁻¹1.</param>
    private (double[] Solution, double Multiplier) SolveBordered(double[] right, double sum, double[] inverse)
    {
        var solution = (double[])right.Clone();
        _factor.Solve(solution);
        var total = VectorKernels.Sum(inverse);
        var multiplier = (sum - VectorKernels.Sum(solution)) / total;
        VectorKernels.AddScaled(multiplier, inverse, solution);
        for (var refinement = 0; refinement < Refinements && _factor.LeastPivotShare < NearlyDependent; refinement++)
        {
            // Near dependence Σ⁻¹b and γΣ⁻¹1 are large and cancel; what that loses is put right from what the equations still lack.
            var lack = Lack(right, solution, multiplier);
            var sumLack = sum - VectorKernels.Sum(solution);
            _factor.Solve(lack);
            var change = (sumLack - VectorKernels.Sum(lack)) / total;
            VectorKernels.AddScaled(1, lack, solution);
            VectorKernels.AddScaled(change, inverse, solution);
            multiplier += change;
        }

        return (solution, multiplier);
    }

    /// <summary>b − Σx + γ1.</summary>
    private double[] Lack(double[] right, double[] solution, double multiplier)
    {
        var free = Indices;
        var lack = new double[right.Length];
        for (var i = 0; i < lack.Length; i++)
        {
            var row = _covariance.Row(free[i]);
            var sum = right[i] + multiplier;
            for (var k = 0; k < lack.Length; k++)
            {
                sum -= row[free[k]] * solution[k];
            }

            lack[i] = sum;
        }

        return lack;
    }

    /// <summary>Reduced gradients (Σw)ᵢ − λμᵢ − γ of all assets, as constant and slope in λ.</summary>
    public (double[] Constants, double[] Slopes) Gradients(CriticalSegment line)
    {
        var (constants, slopes) = (new double[_weights.Length], new double[_weights.Length]);
        for (var i = 0; i < constants.Length; i++)
        {
            (constants[i], slopes[i]) = (_fromBound[i] - line.Budget, line.Reference - _means[i] - line.BudgetSlope);
        }

        var free = Indices;
        for (var k = 0; k < free.Count; k++)
        {
            var row = _covariance.Row(free[k]);
            VectorKernels.AddScaled(line.Constant[k], row, constants);
            VectorKernels.AddScaled(line.Slope[k], row, slopes);
        }

        return (constants, slopes);
    }

    private void AddToBound(int asset, double weight) => VectorKernels.AddScaled(weight, _covariance.Row(asset), _fromBound);

    /// <summary>
    /// Added to every entry of Σ it adds (1'w)² times itself to the risk, which is the same for all weights of one sum; but it makes the factor's
    /// pivots tell dependence within the budget, the only one that leaves weights undetermined. Small beside most variances, so that even the
    /// smallest keep their digits, but never so small that a pivot of its size looks like dependence.
    /// </summary>
    private static double Typical(SymmetricMatrix covariance)
    {
        var (count, inverse, largest) = (0, 0.0, 0.0);
        for (var i = 0; i < covariance.Size; i++)
        {
            if (covariance[i, i] > 0)
            {
                (count, inverse) = (count + 1, inverse + (1 / covariance[i, i]));
                largest = Math.Max(largest, covariance[i, i]);
            }
        }

        return count > 0 ? Math.Max(count / inverse, 1e-8 * largest) : 1;
    }
}

/// <summary>Weights of the free assets and the budget's multiplier, as constants and slopes in λ.</summary>
/// <param name="Reference">What returns are measured from.</param>
internal sealed record CriticalSegment(double[] Constant, double[] Slope, double Budget, double BudgetSlope, double Reference);
