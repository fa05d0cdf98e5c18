namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>Cholesky factorisation A = LL' of a dense symmetric positive definite matrix.</summary>
internal static class DenseCholesky
{
    /// <returns>Rows of L.</returns>
    /// <exception cref="WeightException">The matrix is not positive definite.</exception>
    public static double[][] Factor(SymmetricMatrix matrix)
    {
        var rows = new double[matrix.Size][];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i] = new double[rows.Length];
            var source = matrix.Row(i);
            for (var j = 0; j < i; j++)
            {
                row[j] = (source[j] - SymmetricMatrix.Dot(row.AsSpan(0, j), rows[j].AsSpan(0, j))) / rows[j][j];
            }

            var pivot = source[i] - SymmetricMatrix.Dot(row.AsSpan(0, i), row.AsSpan(0, i));
            row[i] = pivot > 0
                ? Math.Sqrt(pivot)
                : throw new WeightException("the covariance is not positive definite; use a shrinkage risk model or a longer history");
        }

        return rows;
    }

    /// <returns>Columns of L⁻ᵀ: column k solves L'x = e_k, so it is non-zero only up to k.</returns>
    public static double[][] InverseTransposed(SymmetricMatrix matrix)
    {
        var rows = Factor(matrix);
        var columns = new double[rows.Length][];
        for (var k = 0; k < columns.Length; k++)
        {
            var x = columns[k] = new double[columns.Length];
            x[k] = 1;
            for (var i = k; i >= 0; i--)
            {
                x[i] /= rows[i][i];
                var value = x[i];
                VectorKernels.AddScaled(-value, rows[i].AsSpan(0, i), x.AsSpan(0, i));
            }
        }

        return columns;
    }
}
