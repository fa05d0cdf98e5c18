using System.Numerics;
using System.Runtime.InteropServices;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Estimates;

/// <summary>Covariance of returns. Every divisor is explicit: n − ddof.</summary>
internal static class SampleCovariance
{
    /// <summary>Covariance of complete returns, n × n a day. Rows are taken two by two, so that each load serves two products.</summary>
    public static SymmetricMatrix OfComplete(ReturnTable returns, int ddof) => Products(Centred(returns), returns.Count - ddof);

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

    /// <summary>X'X / divisor of the columns.</summary>
    public static SymmetricMatrix Products(double[][] columns, double divisor)
    {
        var result = new SymmetricMatrix(columns.Length);
        for (var i = 0; i < columns.Length; i += 2)
        {
            var second = Math.Min(i + 1, columns.Length - 1);
            for (var j = 0; j <= i; j += 2)
            {
                var last = Math.Min(j + 1, columns.Length - 1);
                var (a, b, c, d) = Block(columns[i], columns[second], columns[j], columns[last]);
                result[i, j] = a / divisor;
                result[i, last] = b / divisor;
                result[second, j] = c / divisor;
                result[second, last] = d / divisor;
            }
        }

        return result;
    }

    public static double[][] Centred(ReturnTable returns) =>
    [
        .. Enumerable.Range(0, returns.Assets.Count).Select(asset =>
        {
            var column = returns.Column(asset).ToArray();
            var mean = column.Average();
            for (var t = 0; t < column.Length; t++)
            {
                column[t] -= mean;
            }

            return column;
        }),
    ];

    private static (double A, double B, double C, double D) Block(double[] top, double[] bottom, double[] left, double[] right)
    {
        var tops = MemoryMarshal.Cast<double, Vector<double>>(top);
        var bottoms = MemoryMarshal.Cast<double, Vector<double>>(bottom);
        var lefts = MemoryMarshal.Cast<double, Vector<double>>(left);
        var rights = MemoryMarshal.Cast<double, Vector<double>>(right);
        var (a, b, c, d) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        for (var t = 0; t < tops.Length; t++)
        {
            var (x, y, u, v) = (tops[t], bottoms[t], lefts[t], rights[t]);
            a += x * u;
            b += x * v;
            c += y * u;
            d += y * v;
        }

        var sums = (A: Vector.Sum(a), B: Vector.Sum(b), C: Vector.Sum(c), D: Vector.Sum(d));
        for (var t = tops.Length * Vector<double>.Count; t < top.Length; t++)
        {
            sums.A += top[t] * left[t];
            sums.B += top[t] * right[t];
            sums.C += bottom[t] * left[t];
            sums.D += bottom[t] * right[t];
        }

        return sums;
    }

    private static double OfPair(ReturnTable returns, int first, int second, int ddof)
    {
        var x = returns.Column(first);
        var y = returns.Column(second);
        var (count, meanX, meanY, comoment) = (0, 0.0, 0.0, 0.0);
        for (var t = 0; t < x.Length; t++)
        {
            if (double.IsNaN(x[t]) || double.IsNaN(y[t]))
            {
                continue;
            }

            // Welford's update keeps precision without a second pass over the pair's own days.
            count++;
            var deltaX = x[t] - meanX;
            meanX += deltaX / count;
            meanY += (y[t] - meanY) / count;
            comoment += deltaX * (y[t] - meanY);
        }

        return count > ddof
            ? comoment / (count - ddof)
            : throw new WeightException(
                $"{returns.Assets[first]} and {returns.Assets[second]} have {count} days in common; a covariance needs more than {ddof}: leave one out or use a longer history");
    }
}
