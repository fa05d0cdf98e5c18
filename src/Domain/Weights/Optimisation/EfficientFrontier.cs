namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// The exact efficient frontier: turning points between which the weights are linear in λ, the return's weight against half the variance.
/// Every mean-variance method is a question to it.
/// </summary>
public sealed class EfficientFrontier
{
    private const double Rounding = 1e-12;

    private readonly double[] _means;
    private readonly SymmetricMatrix _covariance;
    private readonly Lazy<IReadOnlyList<TurningPoint>> _traced;
    private readonly Lazy<double[]> _leastRisky;

    /// <param name="points">By falling λ, ending at 0.</param>
    public EfficientFrontier(double[] means, SymmetricMatrix covariance, IReadOnlyList<TurningPoint> points)
    {
        (_means, _covariance, _traced, _leastRisky) = (means, covariance, new(points), new(points[^1].Weights));
    }

    /// <summary>A frontier traced only when asked for more than its end of least risk, which is then solved for alone.</summary>
    internal EfficientFrontier(double[] means, SymmetricMatrix covariance, ConstrainedFrontier tracer)
    {
        (_means, _covariance, _traced, _leastRisky) = (means, covariance, new(tracer.Trace), new(tracer.LeastRisky));
    }

    public IReadOnlyList<TurningPoint> TurningPoints => _traced.Value;

    public double[] MinimumVolatility => _leastRisky.Value;

    public double[] HighestReturn => TurningPoints[0].Weights;

    public double ReturnOf(double[] weights) => SymmetricMatrix.Dot(_means, weights);

    public double VolatilityOf(double[] weights) => Math.Sqrt(Math.Max(0, _covariance.Quadratic(weights)));

    /// <summary>Maximises μ'w − (δ/2) w'Σw, δ being the risk aversion.</summary>
    public double[] MaximumUtility(double riskAversion) => AtLambda(1 / riskAversion);

    /// <summary>The tangency portfolio, of highest (μ'w − r_f) / σ.</summary>
    /// <returns>Null when no portfolio earns more than the risk-free rate.</returns>
    public double[]? MaximumSharpe(double riskFree)
    {
        if (ReturnOf(HighestReturn) <= riskFree)
        {
            return null;
        }

        // Along the frontier λ = dσ²/2dm, so at the tangency σ² = λ (m − r_f). The difference falls with λ where m > r_f.
        var (before, after) = (-1, TurningPoints.Count - 1);
        while (after - before > 1)
        {
            var middle = (before + after) / 2;
            (before, after) = Difference(TurningPoints[middle], riskFree) >= 0 ? (before, middle) : (middle, after);
        }

        var (high, low) = (TurningPoints[Math.Max(before, 0)], TurningPoints[after]);
        return before < 0 || Difference(low, riskFree) < 0 ? low.Weights : Root(high, low, share => Difference(Between(high, low, share), riskFree));
    }

    /// <summary>Least volatility at a return of at least the target; null when no portfolio reaches it.</summary>
    public double[]? AtReturn(double target)
    {
        if (ReturnOf(MinimumVolatility) >= target)
        {
            return MinimumVolatility;
        }

        // A target that is the highest return itself must not fail for its last digit.
        if (Math.Abs(ReturnOf(HighestReturn) - target) <= Rounding * Math.Abs(target))
        {
            return HighestReturn;
        }

        for (var i = TurningPoints.Count - 2; i >= 0; i--)
        {
            if (ReturnOf(TurningPoints[i].Weights) >= target)
            {
                return Root(TurningPoints[i], TurningPoints[i + 1], share => target - ReturnOf(Between(TurningPoints[i], TurningPoints[i + 1], share).Weights));
            }
        }

        return null;
    }

    /// <summary>Highest return at a volatility of at most the target; null when even the minimum is above it.</summary>
    public double[]? AtVolatility(double target)
    {
        if (VolatilityOf(MinimumVolatility) >= target)
        {
            return VolatilityOf(MinimumVolatility) <= target * (1 + Rounding) ? MinimumVolatility : null;
        }

        for (var i = 0; i < TurningPoints.Count - 1; i++)
        {
            if (VolatilityOf(TurningPoints[i].Weights) <= target)
            {
                return TurningPoints[i].Weights;
            }

            if (VolatilityOf(TurningPoints[i + 1].Weights) <= target)
            {
                return Root(TurningPoints[i], TurningPoints[i + 1], share =>
                    (target * target) - _covariance.Quadratic(Between(TurningPoints[i], TurningPoints[i + 1], share).Weights));
            }
        }

        return MinimumVolatility;
    }

    /// <summary>Portfolios evenly spaced in return, from minimum volatility to highest return, both included.</summary>
    public IReadOnlyList<double[]> EvenlySpaced(int count)
    {
        var (from, to) = (ReturnOf(MinimumVolatility), ReturnOf(HighestReturn));
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
                i == 0 ? MinimumVolatility
                : i == count - 1 ? HighestReturn
                : AtReturn(from + ((to - from) * i / (count - 1))) ?? HighestReturn),
        ];
    }

    private double[] AtLambda(double lambda)
    {
        if (lambda >= TurningPoints[0].Lambda)
        {
            return HighestReturn;
        }

        var next = Enumerable.Range(1, TurningPoints.Count - 1).First(i => TurningPoints[i].Lambda <= lambda);
        var (high, low) = (TurningPoints[next - 1], TurningPoints[next]);
        return Between(high, low, (high.Lambda - lambda) / (high.Lambda - low.Lambda)).Weights;
    }

    private double Difference(TurningPoint point, double riskFree) =>
        _covariance.Quadratic(point.Weights) - (point.Lambda * (ReturnOf(point.Weights) - riskFree));

    /// <summary>The point a share of the way from <paramref name="high"/> to <paramref name="low"/>.</summary>
    private static TurningPoint Between(TurningPoint high, TurningPoint low, double share) => new(
        high.Lambda + ((low.Lambda - high.Lambda) * share),
        [.. high.Weights.Zip(low.Weights, (a, b) => a + ((b - a) * share))]);

    /// <summary>
    /// The weights where a function that is quadratic in the share, negative at 0 and not at 1, is zero. Three values determine it.
    /// </summary>
    private static double[] Root(TurningPoint high, TurningPoint low, Func<double, double> function)
    {
        var (start, middle, end) = (function(0), function(0.5), function(1));
        var square = 2 * (start + end - (2 * middle));
        var linear = end - start - square;
        var discriminant = Math.Sqrt(Math.Max(0, (linear * linear) - (4 * square * start)));

        // The form that does not cancel; of the two roots, the one in the segment.
        var q = -0.5 * (linear + Math.CopySign(discriminant, linear));
        double[] roots = [square != 0 ? q / square : double.NaN, q != 0 ? start / q : double.NaN];
        var share = roots.Where(root => root >= -1e-9 && root <= 1 + 1e-9).DefaultIfEmpty(1).Min();
        return Between(high, low, Math.Clamp(share, 0, 1)).Weights;
    }
}
