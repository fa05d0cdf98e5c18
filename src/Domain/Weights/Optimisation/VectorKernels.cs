using System.Numerics;
using System.Runtime.InteropServices;

namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>The inner loops of dense linear algebra, as wide as the machine's vectors. Spans given together have the same length.</summary>
internal static class VectorKernels
{
    /// <summary>Σ xᵢyᵢ. Two partial sums hide the latency of the addition.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var lefts = MemoryMarshal.Cast<double, Vector<double>>(left);
        var rights = MemoryMarshal.Cast<double, Vector<double>>(right)[..lefts.Length];
        var (first, second) = (Vector<double>.Zero, Vector<double>.Zero);
        var v = 0;
        for (; v + 1 < lefts.Length; v += 2)
        {
            first = Vector.MultiplyAddEstimate(lefts[v], rights[v], first);
            second = Vector.MultiplyAddEstimate(lefts[v + 1], rights[v + 1], second);
        }

        if (v < lefts.Length)
        {
            first = Vector.MultiplyAddEstimate(lefts[v], rights[v], first);
        }

        var sum = Vector.Sum(first + second);
        for (var i = lefts.Length * Vector<double>.Count; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary>y += factor · x.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        var sources = MemoryMarshal.Cast<double, Vector<double>>(x);
        var targets = MemoryMarshal.Cast<double, Vector<double>>(y)[..sources.Length];
        var factors = new Vector<double>(factor);
        for (var v = 0; v < sources.Length; v++)
        {
            targets[v] = Vector.MultiplyAddEstimate(factors, sources[v], targets[v]);
        }

        for (var i = sources.Length * Vector<double>.Count; i < x.Length; i++)
        {
            y[i] += factor * x[i];
        }
    }

    /// <summary>x = factor · x.</summary>
    public static void Scale(double factor, Span<double> x)
    {
        var values = MemoryMarshal.Cast<double, Vector<double>>(x);
        for (var v = 0; v < values.Length; v++)
        {
            values[v] *= factor;
        }

        for (var i = values.Length * Vector<double>.Count; i < x.Length; i++)
        {
            x[i] *= factor;
        }
    }

    /// <summary>x = x + value.</summary>
    public static void Add(double value, Span<double> x)
    {
        var values = MemoryMarshal.Cast<double, Vector<double>>(x);
        var summand = new Vector<double>(value);
        for (var v = 0; v < values.Length; v++)
        {
            values[v] += summand;
        }

        for (var i = values.Length * Vector<double>.Count; i < x.Length; i++)
        {
            x[i] += value;
        }
    }

    /// <summary>Σ xᵢ.</summary>
    public static double Sum(ReadOnlySpan<double> x)
    {
        var values = MemoryMarshal.Cast<double, Vector<double>>(x);
        var sums = Vector<double>.Zero;
        foreach (var value in values)
        {
            sums += value;
        }

        var sum = Vector.Sum(sums);
        for (var i = values.Length * Vector<double>.Count; i < x.Length; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>Whether a value is NaN, which alone differs from itself.</summary>
    public static bool ContainsNaN(ReadOnlySpan<double> x)
    {
        var values = MemoryMarshal.Cast<double, Vector<double>>(x);
        foreach (var value in values)
        {
            if (!Vector.EqualsAll(value, value))
            {
                return true;
            }
        }

        foreach (var value in x[(values.Length * Vector<double>.Count)..])
        {
            if (double.IsNaN(value))
            {
                return true;
            }
        }

        return false;
    }
}
