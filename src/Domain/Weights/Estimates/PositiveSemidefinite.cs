using MathNet.Numerics.LinearAlgebra;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Estimates;

/// <summary>Repairs a covariance that pairwise estimation left with negative eigenvalues.</summary>
internal static class PositiveSemidefinite
{
    /// <summary>
    /// Clips negative eigenvalues of the correlation matrix to zero and restores its unit diagonal (Rebonato and Jäckel 1999). A matrix
    /// that is positive semidefinite to rounding is returned as it is.
    /// </summary>
    /// <param name="negligible">Eigenvalues of the correlation matrix above minus this are rounding.</param>
    public static SymmetricMatrix Repair(SymmetricMatrix covariance, double negligible, ICollection<string> warnings)
    {
        var size = covariance.Size;
        // A factorisation is far cheaper than the eigenvalues, and mostly all that is needed.
        if (IsPositiveDefinite(covariance))
        {
            return covariance;
        }

        var deviations = Enumerable.Range(0, size).Select(i => Math.Sqrt(covariance[i, i])).ToArray();
        var correlations = Matrix<double>.Build.Dense(size, size, (i, j) =>
            deviations[i] > 0 && deviations[j] > 0 ? covariance[i, j] / (deviations[i] * deviations[j]) : i == j ? 1 : 0);
        var decomposition = correlations.Evd(Symmetricity.Symmetric);
        var lowest = decomposition.EigenValues.Min(value => value.Real);
        if (lowest >= -negligible)
        {
            return covariance;
        }

        warnings.Add(FormattableString.Invariant(
            $"the covariance was not positive semidefinite (lowest eigenvalue of the correlations {lowest:G3}); its negative eigenvalues were set to zero"));
        var clipped = decomposition.EigenVectors.Multiply(
            Matrix<double>.Build.DiagonalOfDiagonalVector(decomposition.D.Diagonal().PointwiseMaximum(0)));
        var product = clipped.TransposeAndMultiply(decomposition.EigenVectors);
        var repaired = new SymmetricMatrix(size);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                repaired[i, j] = product[i, j] / Math.Sqrt(product[i, i] * product[j, j]) * deviations[i] * deviations[j];
            }
        }

        return repaired;
    }

    private static bool IsPositiveDefinite(SymmetricMatrix covariance)
    {
        var factor = new UpdatableCholesky(covariance);
        return Enumerable.Range(0, covariance.Size).All(i => factor.TryAdd(i, 1e-15));
    }
}
