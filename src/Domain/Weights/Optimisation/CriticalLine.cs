namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// The critical line algorithm (Markowitz 1956; Niedermayer and Niedermayer 2010): the whole exact frontier of
/// <c>min ½ w'Σw − λ μ'w</c> subject to <c>1'w = sum</c> and <c>lower ≤ w ≤ upper</c>, as λ falls from infinity to 0. Between two turning
/// points the weights are linear in λ. A step costs O(k²) for the factor and O(nk) for the gradients, k being the number of free assets.
/// </summary>
public sealed class CriticalLine
{
    private const int RefreshSteps = 100;
    private const double RoundingOfLambda = 1e-12;

    private readonly double[] _means;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly bool[] _isFixed;
    private readonly double[] _weights;
    private readonly FreeAssets _free;

    private CriticalLine(double[] means, SymmetricMatrix covariance, double[] lower, double[] upper, double sum)
    {
        _means = [.. means];
        (_lower, _upper) = (lower, upper);
        _isFixed = [.. lower.Zip(upper, (low, high) => low == high)];
        _weights = [.. lower];
        var start = FirstVertex(sum);
        _free = new FreeAssets(_means, covariance, _weights, sum);
        _free.TryFree(start);
        SettleTies(start);
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

        var twins = Twins.Of(means, covariance, lower, upper);
        return twins.Count == means.Length
            ? [.. new CriticalLine(means, covariance, lower, upper, sum).Walk()]
            : twins.Separate(new CriticalLine(twins.First(means), twins.First(covariance), twins.Total(lower), twins.Total(upper), sum).Walk());
    }

    private IEnumerable<TurningPoint> Walk()
    {
        var (lambda, last) = (double.PositiveInfinity, -1);
        var steps = 100 * (_means.Length + 10);
        var negligible = RoundingOfLambda * _free.TypicalVariance / SpreadOfMeans();
        do
        {
            var line = _free.Solve();
            var step = Next(line, lambda, last);
            var point = Point(line, step.Lambda);

            // Where portfolios without any risk exist, rounding alone would go on through them to ever lower returns.
            (lambda, last) = (step.Lambda > negligible ? step.Lambda : 0, step.Asset);
            yield return point with { Lambda = lambda };
            if (lambda > 0 && !Apply(step))
            {
                double[] exchanged = [.. point.Weights];
                last = Exchange(step.Asset, exchanged);
                yield return new TurningPoint(lambda, exchanged);
            }

            if (--steps % RefreshSteps == 0)
            {
                _free.Refresh();
            }

            if (steps == 0)
            {
                throw new WeightException("the frontier did not end; its covariance is numerically degenerate: use a shrinkage risk model");
            }
        }
        while (lambda > 0);
    }

    private double SpreadOfMeans()
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < _means.Length; i++)
        {
            if (!_isFixed[i])
            {
                (low, high) = (Math.Min(low, _means[i]), Math.Max(high, _means[i]));
            }
        }

        return high > low ? high - low : 1;
    }

    /// <summary>The vertex of highest return: the best assets at their upper bounds, the marginal one free.</summary>
    private int FirstVertex(double sum)
    {
        var rest = sum - _lower.Sum();
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

        // Every asset is at its upper bound; the worst of those that can move may go down first.
        return byReturn.LastOrDefault(i => !_isFixed[i], byReturn[^1]);
    }

    /// <summary>
    /// Where several assets share the marginal return, the vertex is one of many portfolios of highest return. The one of least variance among
    /// them is where the frontier begins: the same walk, with returns made distinct and all other assets held, ends there.
    /// </summary>
    private void SettleTies(int marginal)
    {
        var means = _means.ToArray();
        var tied = Enumerable.Range(0, means.Length).Where(i => means[i] == means[marginal] && !_isFixed[i]).ToArray();
        if (tied.Length < 2)
        {
            return;
        }

        var isFixed = _isFixed.ToArray();
        Array.Fill(_isFixed, true);
        foreach (var (position, asset) in tied.Index())
        {
            (_isFixed[asset], _means[asset]) = (isFixed[asset], tied.Length - position);
        }

        foreach (var _ in Walk())
        {
            // The walk's end is the state of this object.
        }

        means.CopyTo(_means, 0);
        isFixed.CopyTo(_isFixed, 0);
    }

    /// <summary>
    /// The largest λ up to the present one at which a free asset meets a bound or a bound one wants to leave it. Where several do at once, rounding
    /// may put one of them above the present λ: it is due now.
    /// </summary>
    private Step Next(CriticalSegment line, double lambda, int last)
    {
        var best = new Step(0, -1, Bound.None);
        var free = _free.Indices;
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
            var at = Math.Min(lambda, (target - line.Constant[i]) / slope);
            if (at > best.Lambda)
            {
                best = new Step(at, asset, bound);
            }
        }

        var (constants, slopes) = _free.Gradients(line);
        for (var i = 0; i < _weights.Length; i++)
        {
            if (_free.IsFree(i) || i == last || slopes[i] == 0 || _isFixed[i])
            {
                continue;
            }

            // Reduced gradient c + λ s; at a lower bound it is non-negative while optimal, at an upper one non-positive.
            var leaves = _weights[i] <= _lower[i] ? slopes[i] > 0 : slopes[i] < 0;
            var at = Math.Min(lambda, -constants[i] / slopes[i]);
            if (leaves && at > best.Lambda)
            {
                best = new Step(at, i, Bound.None);
            }
        }

        return best;
    }

    /// <returns>False when the asset to be freed depends on the free ones: then it must take the place of one of them.</returns>
    private bool Apply(Step step)
    {
        if (step.To == Bound.None)
        {
            return _free.TryFree(step.Asset);
        }

        _free.Bind(step.Asset, step.To == Bound.Lower ? _lower[step.Asset] : _upper[step.Asset]);
        return true;
    }

    /// <summary>
    /// An asset that depends on the free ones can replace a mixture of them without changing risk or return: the weights move along this
    /// direction, λ staying where it is, until one of them meets a bound.
    /// </summary>
    /// <param name="weights">Where the exchange begins; receives where it ends.</param>
    /// <returns>The asset that is at a bound now.</returns>
    private int Exchange(int asset, double[] weights)
    {
        var free = _free.Indices.ToArray();
        var sign = _weights[asset] <= _lower[asset] ? 1.0 : -1.0;
        var mixture = _free.MixtureOf(asset);
        VectorKernels.Scale(-sign, mixture);
        var (length, blocking) = (_upper[asset] - _lower[asset], asset);
        for (var k = 0; k < free.Length; k++)
        {
            var room = mixture[k] > 0 ? _upper[free[k]] - weights[free[k]] : weights[free[k]] - _lower[free[k]];
            if (mixture[k] != 0 && room / Math.Abs(mixture[k]) < length)
            {
                (length, blocking) = (room / Math.Abs(mixture[k]), free[k]);
            }
        }

        for (var k = 0; k < free.Length; k++)
        {
            weights[free[k]] = Math.Clamp(weights[free[k]] + (length * mixture[k]), _lower[free[k]], _upper[free[k]]);
        }

        weights[asset] = Math.Clamp(weights[asset] + (sign * length), _lower[asset], _upper[asset]);
        if (blocking == asset)
        {
            _free.Move(asset, weights[asset]);
            return asset;
        }

        weights[blocking] = mixture[Array.IndexOf(free, blocking)] > 0 ? _upper[blocking] : _lower[blocking];
        _free.Bind(blocking, weights[blocking]);
        _free.TryFree(asset);
        return blocking;
    }

    private TurningPoint Point(CriticalSegment line, double lambda)
    {
        var weights = new double[_weights.Length];
        _weights.CopyTo(weights, 0);
        for (var i = 0; i < _free.Indices.Count; i++)
        {
            var asset = _free.Indices[i];
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

}

/// <param name="Lambda">Return's weight against half the variance at this point.</param>
/// <param name="Weights">Length n.</param>
public sealed record TurningPoint(double Lambda, double[] Weights);
