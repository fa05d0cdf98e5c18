using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Estimates;

/// <summary>Finds assets that make a covariance singular in ways a person can see: two that move alike, or one that does not move.</summary>
internal static class SingularPairs
{
    private const double Alike = 1 - 1e-9;

    /// <summary>A file that holds one asset many times over would otherwise be told in pages.</summary>
    private const int MostNamed = 5;

    public static void Warn(IReadOnlyList<string> assets, SymmetricMatrix covariance, ICollection<string> warnings)
    {
        var found = new List<string>();
        for (var i = 0; i < assets.Count; i++)
        {
            if (covariance[i, i] <= 0)
            {
                found.Add($"{assets[i]} has no variance: the covariance is singular");
            }

            for (var j = 0; j < i; j++)
            {
                if (covariance[i, j] > Alike * Math.Sqrt(covariance[i, i] * covariance[j, j]) && covariance[i, i] > 0 && covariance[j, j] > 0)
                {
                    found.Add($"{assets[j]} and {assets[i]} move alike: the covariance is singular, and how their weight is shared between them means nothing");
                }
            }
        }

        foreach (var text in found.Take(MostNamed))
        {
            warnings.Add(text);
        }

        if (found.Count > MostNamed)
        {
            warnings.Add($"{found.Count - MostNamed} more assets or pairs make the covariance singular");
        }
    }
}
