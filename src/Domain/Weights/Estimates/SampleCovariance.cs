using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Estimates;

/// <summary>Covariance of returns. Every divisor is explicit: n − ddof.</summary>
internal static class SampleCovariance
{
    private const double Rounding = 1e-14;

    /// <summary>Covariance of complete returns, n × n a day.</summary>
    public static SymmetricMatrix OfComplete(ReturnTable returns, int ddof)
    {
        using var gram = new GramMatrix(returns.Assets.Count, returns.Count);
        for (var asset = 0; asset < returns.Assets.Count; asset++)
        {
            Centre(returns.Column(asset), gram.Column(asset));
        }

        return gram.Product(1.0 / (returns.Count - ddof));
    }

    /// <summary>Each pair over the days both have, means over the same days: what pandas' <c>cov</c> does.</summary>
    public static SymmetricMatrix Pairwise(ReturnTable returns, int ddof = 1)
    {
        if (returns.IsComplete)
        {
            return OfComplete(returns, ddof);
        }

        var covariance = new SymmetricMatrix(returns.Assets.Count);
        for (var i = 0; i < returns.Assets.Count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[i, j] = OfPair(returns, i, j, ddof);
            }
        }

        return covariance;
    }

    /// <summary>Each pair's correlation over the days both have, deviations over the same days: what pandas' <c>corr</c> does.</summary>
    public static SymmetricMatrix PairwiseCorrelation(ReturnTable returns)
    {
        var correlation = new SymmetricMatrix(returns.Assets.Count);
        for (var i = 0; i < returns.Assets.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (_, squaresX, squaresY, comoment) = MomentsOfPair(returns, i, j);
                correlation[i, j] = comoment / Math.Sqrt(squaresX * squaresY);
            }

            correlation[i, i] = 1;
        }

        return correlation;
    }

    /// <summary>X'X / divisor of the columns.</summary>
    public static SymmetricMatrix Products(double[][] columns, double divisor)
    {
        using var gram = new GramMatrix(columns.Length, columns[0].Length);
        for (var asset = 0; asset < columns.Length; asset++)
        {
            columns[asset].CopyTo(gram.Column(asset));
        }

        return gram.Product(1 / divisor);
    }

    public static double[][] Centred(ReturnTable returns)
    {
        var columns = new double[returns.Assets.Count][];
        for (var asset = 0; asset < columns.Length; asset++)
        {
            columns[asset] = new double[returns.Count];
            Centre(returns.Column(asset), columns[asset]);
        }

        return columns;
    }

    private static void Centre(ReadOnlySpan<double> column, Span<double> centred)
    {
        column.CopyTo(centred);
        var mean = VectorKernels.Sum(column) / column.Length;
        VectorKernels.Add(-mean, centred);

        // What is left of a constant column is the mean's rounding; as a variance it would look like an asset without risk but with correlations.
        if (!centred.ContainsAnyExceptInRange(-Rounding * Math.Abs(mean), Rounding * Math.Abs(mean)))
        {
            centred.Clear();
        }
    }

    private static double OfPair(ReturnTable returns, int first, int second, int ddof)
    {
        var (count, _, _, comoment) = MomentsOfPair(returns, first, second);
        return count > ddof
            ? comoment / (count - ddof)
            : throw new WeightException(
                $"{returns.Assets[first]} and {returns.Assets[second]} have {count} days in common; a covariance needs more than {ddof}: leave one out or use a longer history");
    }

    /// <summary>Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ) over the days both have, and how many those are.</summary>
    private static (int Count, double SquaresX, double SquaresY, double Comoment) MomentsOfPair(ReturnTable returns, int first, int second)
    {
        var x = returns.Column(first);
        var y = returns.Column(second);
        var (count, meanX, meanY, squaresX, squaresY, comoment) = (0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var t = 0; t < x.Length; t++)
        {
            if (double.IsNaN(x[t]) || double.IsNaN(y[t]))
            {
                continue;
            }

            // Welford's update keeps precision without a second pass over the pair's own days.
            count++;
            var (deltaX, deltaY) = (x[t] - meanX, y[t] - meanY);
            meanX += deltaX / count;
            meanY += deltaY / count;
            squaresX += deltaX * (x[t] - meanX);
            squaresY += deltaY * (y[t] - meanY);
            comoment += deltaX * (y[t] - meanY);
        }

        return (count, squaresX, squaresY, comoment);
    }
}
