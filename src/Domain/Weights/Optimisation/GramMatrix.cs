using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// X'X, the product behind every covariance. Columns are packed, padded with zeros to whole vectors and whole tiles, and multiplied in
/// tiles of 4 × 4: eight loads serve sixteen products, all sums stay in registers, and a block of days stays in the first-level cache
/// (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).
/// </summary>
internal sealed class GramMatrix : IDisposable
{
    private const int Tile = 4;
    private const int BlockDays = 512;

    private readonly int _count;
    private readonly int _paddedCount;
    private readonly int _paddedLength;
    private readonly double[] _packed;

    /// <param name="count">Columns of X.</param>
    /// <param name="length">Rows of X.</param>
    public GramMatrix(int count, int length)
    {
        _count = count;
        Length = length;
        _paddedCount = RoundUp(count, Tile);
        _paddedLength = RoundUp(length, Vector<double>.Count);

        // A new array of this size would be zeroed and mapped by the system at every estimate, which takes longer than the product of few assets.
        _packed = ArrayPool<double>.Shared.Rent(_paddedCount * _paddedLength);
        _packed.AsSpan(count * _paddedLength).Clear();
        for (var column = 0; column < count; column++)
        {
            _packed.AsSpan((column * _paddedLength) + length, _paddedLength - length).Clear();
        }
    }

    public int Length { get; }

    /// <summary>One column of X, to be filled by the caller.</summary>
    public Span<double> Column(int column) => _packed.AsSpan(column * _paddedLength, Length);

    public void Dispose() => ArrayPool<double>.Shared.Return(_packed);

    /// <summary>X'X · factor.</summary>
    public SymmetricMatrix Product(double factor)
    {
        var sums = new double[_paddedCount * _paddedCount];
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(_packed.AsSpan(0, _paddedCount * _paddedLength));
        var perColumn = _paddedLength / Vector<double>.Count;
        var perBlock = BlockDays / Vector<double>.Count;
        for (var from = 0; from < perColumn; from += perBlock)
        {
            var size = Math.Min(perBlock, perColumn - from);
            for (var row = 0; row < _paddedCount; row += Tile)
            {
                for (var column = 0; column <= row; column += Tile)
                {
                    AddTile(
                        vectors[((row * perColumn) + from)..], vectors[((column * perColumn) + from)..], perColumn, size,
                        sums.AsSpan((row * _paddedCount) + column), _paddedCount);
                }
            }
        }

        return Unpack(sums, factor);
    }

    private SymmetricMatrix Unpack(double[] sums, double factor)
    {
        var product = new SymmetricMatrix(_count);
        for (var row = 0; row < _count; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                product[row, column] = sums[(row * _paddedCount) + column] * factor;
            }
        }

        return product;
    }

    /// <summary>Adds the products of four columns with four others over a block of days.</summary>
    /// <param name="stride">From a column to the next, in vectors.</param>
    /// <param name="sumStride">From a row of sums to the next.</param>
    private static void AddTile(
        ReadOnlySpan<Vector<double>> rows, ReadOnlySpan<Vector<double>> columns, int stride, int size, Span<double> sums, int sumStride)
    {
        ReadOnlySpan<Vector<double>> r0 = rows[..size], r1 = rows.Slice(stride, size), r2 = rows.Slice(2 * stride, size), r3 = rows.Slice(3 * stride, size);
        ReadOnlySpan<Vector<double>> c0 = columns[..size], c1 = columns.Slice(stride, size), c2 = columns.Slice(2 * stride, size), c3 = columns.Slice(3 * stride, size);
        Vector<double> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        Vector<double> s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        for (var t = 0; t < size; t++)
        {
            var (x0, x1, x2, x3) = (r0[t], r1[t], r2[t], r3[t]);
            var y = c0[t];
            s00 = Vector.MultiplyAddEstimate(x0, y, s00);
            s10 = Vector.MultiplyAddEstimate(x1, y, s10);
            s20 = Vector.MultiplyAddEstimate(x2, y, s20);
            s30 = Vector.MultiplyAddEstimate(x3, y, s30);
            y = c1[t];
            s01 = Vector.MultiplyAddEstimate(x0, y, s01);
            s11 = Vector.MultiplyAddEstimate(x1, y, s11);
            s21 = Vector.MultiplyAddEstimate(x2, y, s21);
            s31 = Vector.MultiplyAddEstimate(x3, y, s31);
            y = c2[t];
            s02 = Vector.MultiplyAddEstimate(x0, y, s02);
            s12 = Vector.MultiplyAddEstimate(x1, y, s12);
            s22 = Vector.MultiplyAddEstimate(x2, y, s22);
            s32 = Vector.MultiplyAddEstimate(x3, y, s32);
            y = c3[t];
            s03 = Vector.MultiplyAddEstimate(x0, y, s03);
            s13 = Vector.MultiplyAddEstimate(x1, y, s13);
            s23 = Vector.MultiplyAddEstimate(x2, y, s23);
            s33 = Vector.MultiplyAddEstimate(x3, y, s33);
        }

        AddRow(sums, s00, s01, s02, s03);
        AddRow(sums[sumStride..], s10, s11, s12, s13);
        AddRow(sums[(2 * sumStride)..], s20, s21, s22, s23);
        AddRow(sums[(3 * sumStride)..], s30, s31, s32, s33);
    }

    private static void AddRow(Span<double> sums, Vector<double> a, Vector<double> b, Vector<double> c, Vector<double> d)
    {
        sums[0] += Vector.Sum(a);
        sums[1] += Vector.Sum(b);
        sums[2] += Vector.Sum(c);
        sums[3] += Vector.Sum(d);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
