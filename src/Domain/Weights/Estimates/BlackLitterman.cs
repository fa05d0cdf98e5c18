using MathNet.Numerics.LinearAlgebra;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Estimates;

/// <param name="Loadings">One an asset, length n: what the view is about, as 1 and −1 for "A beats B".</param>
/// <param name="Return">Expected annual return of that combination.</param>
/// <param name="Confidence">0 is no view, 1 is certain (Idzorek 2005); null takes the view's share of the prior's uncertainty.</param>
public sealed record View(double[] Loadings, double Return, double? Confidence);

/// <summary>
/// Blends views with a prior (Black and Litterman 1992). Ω = diag(τPΣPᵀ), or τ(1 − c)/c · pΣpᵀ for a view of confidence c.
/// </summary>
public static class BlackLitterman
{
    /// <summary>Uncertainty of the prior as a share of the covariance.</summary>
    public const double UsualTau = 0.05;

    /// <returns>Posterior means and covariance Σ + M, M being the uncertainty of the posterior mean.</returns>
    public static (double[] Means, SymmetricMatrix Covariance) Posterior(
        double[] prior, SymmetricMatrix covariance, IReadOnlyList<View> views, double tau = UsualTau)
    {
        // A view without confidence says nothing; its infinite variance cannot be written down.
        var held = views.Where(view => view.Confidence is not 0).ToArray();
        var size = prior.Length;
        var sigma = Matrix<double>.Build.Dense(size, size, (i, j) => covariance[i, j]);
        var uncertainty = sigma * tau;
        if (held.Length == 0)
        {
            return (prior, Sum(sigma, uncertainty));
        }

        var loadings = Matrix<double>.Build.Dense(held.Length, size, (k, i) => held[k].Loadings[i]);
        var projected = loadings * uncertainty * loadings.Transpose();
        var omega = Matrix<double>.Build.Diagonal(held.Length, held.Length, k => held[k].Confidence is { } confidence
            ? projected[k, k] * (1 - confidence) / confidence
            : projected[k, k]);
        var gap = Vector<double>.Build.Dense([.. held.Select((view, k) => view.Return - SymmetricMatrix.Dot(view.Loadings, prior))]);
        var system = (projected + omega).Svd();
        if (system.Rank < held.Length)
        {
            throw new WeightException("two views are certain about the same combination of assets; leave one out or give it a confidence below 1");
        }

        var means = Vector<double>.Build.Dense(prior) + (uncertainty * loadings.Transpose() * system.Solve(gap));
        var posterior = uncertainty - (uncertainty * loadings.Transpose() * system.Solve(loadings * uncertainty));
        return (means.ToArray(), Sum(sigma, posterior));
    }

    private static SymmetricMatrix Sum(Matrix<double> sigma, Matrix<double> uncertainty)
    {
        var sum = new SymmetricMatrix(sigma.RowCount);
        for (var i = 0; i < sum.Size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                // The products are symmetric but for rounding; the mean of both triangles removes it.
                sum[i, j] = sigma[i, j] + ((uncertainty[i, j] + uncertainty[j, i]) / 2);
            }
        }

        return sum;
    }
}
