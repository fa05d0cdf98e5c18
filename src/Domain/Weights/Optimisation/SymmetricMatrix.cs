namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>A dense symmetric n × n matrix, row-major, both triangles stored so that every row is contiguous.</summary>
public sealed class SymmetricMatrix
{
    private readonly double[] _values;

    public SymmetricMatrix(int size)
    {
        Size = size;
        _values = new double[size * size];
    }

    private SymmetricMatrix(int size, double[] values)
    {
        Size = size;
        _values = values;
    }

    public int Size { get; }

    public double this[int row, int column]
    {
        get => _values[(row * Size) + column];
        set
        {
            _values[(row * Size) + column] = value;
            _values[(column * Size) + row] = value;
        }
    }

    public ReadOnlySpan<double> Row(int row) => _values.AsSpan(row * Size, Size);

    public double Trace
    {
        get
        {
            var trace = 0.0;
            for (var i = 0; i < Size; i++)
            {
                trace += this[i, i];
            }

            return trace;
        }
    }

    public SymmetricMatrix Scaled(double factor)
    {
        var values = (double[])_values.Clone();
        VectorKernels.Scale(factor, values);
        return new SymmetricMatrix(Size, values);
    }

    /// <summary>The same with <paramref name="value"/> added to every entry.</summary>
    public SymmetricMatrix Plus(double value)
    {
        var values = (double[])_values.Clone();
        VectorKernels.Add(value, values);
        return new SymmetricMatrix(Size, values);
    }

    /// <summary>The same with <paramref name="ridge"/> added to the diagonal.</summary>
    public SymmetricMatrix WithRidge(double ridge)
    {
        var copy = new SymmetricMatrix(Size, (double[])_values.Clone());
        for (var i = 0; i < Size; i++)
        {
            copy[i, i] += ridge;
        }

        return copy;
    }

    /// <summary>A x, length n.</summary>
    public double[] Times(ReadOnlySpan<double> x)
    {
        var product = new double[Size];
        for (var row = 0; row < Size; row++)
        {
            product[row] = Dot(Row(row), x);
        }

        return product;
    }

    /// <summary>x'Ax.</summary>
    public double Quadratic(ReadOnlySpan<double> x) => Dot(Times(x), x);

    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right) => VectorKernels.Dot(left, right);
}
