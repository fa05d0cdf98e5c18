namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// Hierarchical risk parity (López de Prado, "Building diversified portfolios that outperform out of sample", 2016): cluster by
/// correlation distance, order the assets along the tree, then split the ordered list in half again and again, each time dividing the
/// weight by the halves' variances.
/// </summary>
internal static class HierarchicalRiskParity
{
    private const double RoundingOfOne = 1e-14;

    /// <param name="correlation">Null takes the covariance's own.</param>
    /// <returns>Weights adding up to 1, length n.</returns>
    public static double[] Solve(SymmetricMatrix covariance, SymmetricMatrix? correlation, LinkageMethod linkage)
    {
        var order = covariance.Size == 1 ? [0] : Linkage.LeafOrder(correlation is null ? Distances(covariance) : DistancesOf(correlation), linkage);
        var weights = new double[covariance.Size];
        Split(covariance, order, 1, weights);
        return weights;
    }

    private static SymmetricMatrix Distances(SymmetricMatrix covariance)
    {
        var size = covariance.Size;
        var deviations = Enumerable.Range(0, size).Select(i => Math.Sqrt(covariance[i, i])).ToArray();
        var distances = new SymmetricMatrix(size);
        for (var i = 0; i < size; i++)
        {
            var row = covariance.Row(i);
            for (var j = 0; j < i; j++)
            {
                distances[i, j] = Distance(row[j] / (deviations[i] * deviations[j]));
            }
        }

        return distances;
    }

    private static SymmetricMatrix DistancesOf(SymmetricMatrix correlation)
    {
        var distances = new SymmetricMatrix(correlation.Size);
        for (var i = 0; i < correlation.Size; i++)
        {
            for (var j = 0; j < i; j++)
            {
                distances[i, j] = Distance(correlation[i, j]);
            }
        }

        return distances;
    }

    /// <summary>
    /// √((1 − ρ) / 2), ρ clipped to [−1, 1]. The root makes rounding of 1e-16 in a ρ of 1 a distance of 1e-8; pairs that are copies of each other
    /// would come in an order that rounding chose.
    /// </summary>
    private static double Distance(double correlation) =>
        1 - correlation <= RoundingOfOne ? 0 : Math.Sqrt(Math.Min((1 - correlation) / 2, 1));

    private static void Split(SymmetricMatrix covariance, ReadOnlySpan<int> cluster, double weight, double[] weights)
    {
        if (cluster.Length == 1)
        {
            weights[cluster[0]] = weight;
            return;
        }

        var left = cluster[..(cluster.Length / 2)];
        var right = cluster[(cluster.Length / 2)..];
        var (leftVariance, rightVariance) = (Variance(covariance, left), Variance(covariance, right));
        var share = 1 - (leftVariance / (leftVariance + rightVariance));
        Split(covariance, left, weight * share, weights);
        Split(covariance, right, weight * (1 - share), weights);
    }

    /// <summary>Variance of the cluster held at inverse-variance weights.</summary>
    private static double Variance(SymmetricMatrix covariance, ReadOnlySpan<int> cluster)
    {
        var inverse = new double[cluster.Length];
        for (var i = 0; i < inverse.Length; i++)
        {
            inverse[i] = 1 / covariance[cluster[i], cluster[i]];
        }

        var (variance, total) = (0.0, 0.0);
        for (var i = 0; i < inverse.Length; i++)
        {
            var row = covariance.Row(cluster[i]);
            var product = 0.0;
            for (var j = 0; j < inverse.Length; j++)
            {
                product += row[cluster[j]] * inverse[j];
            }

            variance += product * inverse[i];
            total += inverse[i];
        }

        return variance / (total * total);
    }
}
