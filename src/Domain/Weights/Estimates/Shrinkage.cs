using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Estimates;

/// <summary>
/// Shrinkage of the sample covariance towards a structured target, the intensity estimated from the data. Returns must be complete; moments
/// have divisor T (ddof 0) but for the sample matrix of constant correlation, as in the authors' code.
/// </summary>
internal static class Shrinkage
{
    /// <summary>Towards the mean variance times identity (Ledoit and Wolf, "A well-conditioned estimator…", 2004).</summary>
    public static SymmetricMatrix ConstantVariance(ReturnTable returns)
    {
        var data = Moments.Of(returns);
        var sample = data.Sample;
        double size = sample.Size;
        var mean = sample.Trace / size;
        var squares = SumOfSquares(sample);
        var spread = ((data.SumOfFourthProducts() / data.Days) - squares) / (size * data.Days);
        var distance = (squares - (2 * mean * sample.Trace) + (size * mean * mean)) / size;
        return Blend(sample, Diagonal(sample.Size, mean), distance == 0 ? 0 : Math.Min(spread, distance) / distance);
    }

    /// <summary>Towards the mean variance times identity, oracle approximating intensity (Chen, Wiesel, Eldar and Hero 2010).</summary>
    public static SymmetricMatrix OracleApproximating(ReturnTable returns)
    {
        var data = Moments.Of(returns);
        double size = data.Sample.Size;
        var mean = data.Sample.Trace / size;
        var alpha = SumOfSquares(data.Sample) / (size * size);
        var denominator = (data.Days + 1) * (alpha - (mean * mean / size));
        var intensity = denominator == 0 ? 1 : Math.Min((alpha + (mean * mean)) / denominator, 1);
        return Blend(data.Sample, Diagonal(data.Sample.Size, mean), intensity);
    }

    /// <summary>Towards the single-factor model of the equal-weight market (Ledoit and Wolf, "Improved estimation…", 2003).</summary>
    public static SymmetricMatrix SingleFactor(ReturnTable returns)
    {
        var data = Moments.Of(returns);
        var sample = data.Sample;
        var size = sample.Size;
        var market = Enumerable.Range(0, data.Days).Select(t => data.Columns.Average(column => column[t])).ToArray();
        var betas = data.Columns.Select(column => SymmetricMatrix.Dot(column, market) / data.Days).ToArray();
        var variance = SymmetricMatrix.Dot(market, market) / data.Days;
        var target = Build(size, (i, j) => i == j ? sample[i, i] : betas[i] * betas[j] / variance);

        var withMarket = data.Columns.Select(column => Multiply(column, market)).ToArray();
        var (pi, rho, gamma) = ((data.SumOfFourthProducts() / data.Days) - SumOfSquares(sample), 0.0, 0.0);
        for (var i = 0; i < size; i++)
        {
            rho += (SymmetricMatrix.Dot(data.Squares[i], data.Squares[i]) / data.Days) - (sample[i, i] * sample[i, i]);
            for (var j = 0; j < size; j++)
            {
                gamma += Square(sample[i, j] - target[i, j]);
                if (i != j)
                {
                    var first = (SymmetricMatrix.Dot(data.Squares[i], withMarket[j]) / data.Days) - (betas[i] * sample[i, j]);
                    var third = (SymmetricMatrix.Dot(withMarket[i], withMarket[j]) / data.Days) - (variance * sample[i, j]);
                    rho += (2 * first * betas[j] / variance) - (third * betas[i] * betas[j] / Square(variance));
                }
            }
        }

        return Blend(sample, target, Intensity(pi, rho, gamma, data.Days));
    }

    /// <summary>Towards the mean correlation with the sample's variances (Ledoit and Wolf, "Honey, I shrunk…", 2004).</summary>
    public static SymmetricMatrix ConstantCorrelation(ReturnTable returns)
    {
        var data = Moments.Of(returns);
        var size = data.Sample.Size;
        if (size == 1)
        {
            return SampleCovariance.OfComplete(returns, 1);
        }

        var sample = data.Sample.Scaled(data.Days / (data.Days - 1.0));
        var deviations = Enumerable.Range(0, size).Select(i => Math.Sqrt(sample[i, i])).ToArray();
        var correlations = Build(size, (i, j) => sample[i, j] / (deviations[i] * deviations[j]));
        var mean = (Sum(correlations) - size) / (size * (size - 1));
        var target = Build(size, (i, j) => i == j ? sample[i, i] : mean * deviations[i] * deviations[j]);

        var cubes = data.Columns.Select((column, i) => Multiply(column, data.Squares[i])).ToArray();
        var (pi, rho, gamma) = (0.0, 0.0, 0.0);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var product = (SymmetricMatrix.Dot(data.Squares[i], data.Squares[j]) / data.Days) - (2 * data.Sample[i, j] * sample[i, j]) + Square(sample[i, j]);
                var theta = (SymmetricMatrix.Dot(cubes[i], data.Columns[j]) / data.Days) - (data.Sample[i, i] * sample[i, j])
                    - (data.Sample[i, j] * sample[i, i]) + (sample[i, i] * sample[i, j]);
                pi += product;
                rho += i == j ? product : mean * deviations[j] / deviations[i] * theta;
                gamma += Square(sample[i, j] - target[i, j]);
            }
        }

        return Blend(sample, target, Intensity(pi, rho, gamma, data.Days));
    }

    private static double Intensity(double pi, double rho, double gamma, int days) =>
        gamma == 0 ? 0 : Math.Clamp((pi - rho) / gamma / days, 0, 1);

    private static SymmetricMatrix Blend(SymmetricMatrix sample, SymmetricMatrix target, double intensity) =>
        Build(sample.Size, (i, j) => ((1 - intensity) * sample[i, j]) + (intensity * target[i, j]));

    private static SymmetricMatrix Diagonal(int size, double value) => new SymmetricMatrix(size).WithRidge(value);

    private static SymmetricMatrix Build(int size, Func<int, int, double> entry)
    {
        var matrix = new SymmetricMatrix(size);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                matrix[i, j] = entry(i, j);
            }
        }

        return matrix;
    }

    private static double Sum(SymmetricMatrix matrix) => Enumerable.Range(0, matrix.Size).Sum(i => matrix.Row(i).ToArray().Sum());

    private static double SumOfSquares(SymmetricMatrix matrix) => Enumerable.Range(0, matrix.Size).Sum(i => SymmetricMatrix.Dot(matrix.Row(i), matrix.Row(i)));

    private static double[] Multiply(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a * b)];

    private static double Square(double value) => value * value;

    /// <param name="Columns">Centred returns by asset.</param>
    /// <param name="Squares">Their squares.</param>
    /// <param name="Sample">Covariance with divisor T.</param>
    private sealed record Moments(int Days, double[][] Columns, double[][] Squares, SymmetricMatrix Sample)
    {
        public static Moments Of(ReturnTable returns)
        {
            var columns = SampleCovariance.Centred(returns);
            return new Moments(
                returns.Count, columns, [.. columns.Select(column => Multiply(column, column))], SampleCovariance.Products(columns, returns.Count));
        }

        /// <summary>Σ over days, i and j of xᵢ²xⱼ²: the square of each day's sum of squares.</summary>
        public double SumOfFourthProducts() => Enumerable.Range(0, Days).Sum(t => Square(Squares.Sum(column => column[t])));
    }
}
