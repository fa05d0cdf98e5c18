namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// Cholesky factor L of a principal submatrix that grows and shrinks by one index at a time, at O(k²) a change (Gill, Golub, Murray and
/// Saunders, "Methods for modifying matrix factorizations", 1974).
/// </summary>
internal sealed class UpdatableCholesky(SymmetricMatrix matrix)
{
    private readonly List<int> _indices = [];
    private readonly List<double[]> _rows = [];

    /// <summary>The submatrix' indices, in the factor's order.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <summary>The smallest share of an index's diagonal that those before it did not explain when it was added.</summary>
    public double LeastPivotShare { get; private set; } = 1;

    /// <summary>Adds an index.</summary>
    /// <param name="leastPivot">As a share of the diagonal.</param>
    /// <returns>False, changing nothing, when the larger submatrix is not numerically positive definite.</returns>
    public bool TryAdd(int index, double leastPivot)
    {
        var size = _indices.Count;
        var row = new double[matrix.Size];
        var source = matrix.Row(index);
        for (var i = 0; i < size; i++)
        {
            var factor = _rows[i];
            row[i] = (source[_indices[i]] - SymmetricMatrix.Dot(row.AsSpan(0, i), factor.AsSpan(0, i))) / factor[i];
        }

        var pivot = source[index] - SymmetricMatrix.Dot(row.AsSpan(0, size), row.AsSpan(0, size));
        if (pivot <= source[index] * leastPivot)
        {
            return false;
        }

        LeastPivotShare = Math.Min(LeastPivotShare, pivot / source[index]);
        row[size] = Math.Sqrt(pivot);
        _indices.Add(index);
        _rows.Add(row);
        return true;
    }

    /// <summary>Removes an index; Givens rotations restore the triangle.</summary>
    public void Remove(int index)
    {
        var position = _indices.IndexOf(index);
        _indices.RemoveAt(position);
        _rows.RemoveAt(position);
        for (var column = position; column < _indices.Count; column++)
        {
            var pivotRow = _rows[column];
            var (a, b) = (pivotRow[column], pivotRow[column + 1]);
            var length = Math.Sqrt((a * a) + (b * b));
            var (cosine, sine) = (a / length, b / length);
            for (var i = column; i < _rows.Count; i++)
            {
                var row = _rows[i];
                (row[column], row[column + 1]) = ((cosine * row[column]) + (sine * row[column + 1]), (cosine * row[column + 1]) - (sine * row[column]));
            }
        }
    }

    /// <summary>Solves A x = b in place, b in the factor's order.</summary>
    public void Solve(Span<double> values)
    {
        var size = _indices.Count;
        for (var i = 0; i < size; i++)
        {
            var row = _rows[i];
            values[i] = (values[i] - SymmetricMatrix.Dot(row.AsSpan(0, i), values[..i])) / row[i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            var row = _rows[i];
            var value = values[i] /= row[i];
            VectorKernels.AddScaled(-value, row.AsSpan(0, i), values[..i]);
        }
    }
}
