namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// Assets that no figure of the problem tells apart: same mean, bounds, variance and covariances with everything. Nothing decides how they
/// share their weight, so they are solved as one asset and share it equally, in whatever order they come.
/// </summary>
internal sealed class Twins
{
    private readonly int[] _groupOf;
    private readonly int[] _firsts;
    private readonly int[] _sizes;

    private Twins(int[] groupOf, int[] firsts)
    {
        (_groupOf, _firsts, _sizes) = (groupOf, firsts, new int[firsts.Length]);
        foreach (var group in groupOf)
        {
            _sizes[group]++;
        }
    }

    /// <summary>Different assets.</summary>
    public int Count => _firsts.Length;

    public static Twins Of(double[] means, SymmetricMatrix covariance, double[] lower, double[] upper)
    {
        var groupOf = new int[means.Length];
        var firsts = new List<int>(means.Length);
        var byMean = Enumerable.Range(0, means.Length).ToArray();
        Array.Sort((double[])means.Clone(), byMean);
        Array.Fill(groupOf, -1);
        for (var from = 0; from < byMean.Length;)
        {
            var to = from + 1;
            while (to < byMean.Length && means[byMean[to]] == means[byMean[from]])
            {
                to++;
            }

            // The first of the twins stands for them, so that the order of assets without twins stays as it was.
            foreach (var asset in byMean[from..to].Order())
            {
                var twin = byMean[from..to].Where(other => other < asset && groupOf[other] >= 0).FirstOrDefault(other => AreTwins(other, asset, covariance, lower, upper), -1);
                groupOf[asset] = twin >= 0 ? groupOf[twin] : firsts.Count;
                if (twin < 0)
                {
                    firsts.Add(asset);
                }
            }

            from = to;
        }

        return new Twins(groupOf, [.. firsts]);
    }

    public double[] First(double[] values) => [.. _firsts.Select(first => values[first])];

    public SymmetricMatrix First(SymmetricMatrix matrix)
    {
        var reduced = new SymmetricMatrix(Count);
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                reduced[i, j] = matrix[_firsts[i], _firsts[j]];
            }
        }

        return reduced;
    }

    public double[] Total(double[] values) => [.. _firsts.Select((first, group) => values[first] * _sizes[group])];

    public IReadOnlyList<TurningPoint> Separate(IEnumerable<TurningPoint> points) =>
        [.. points.Select(point => point with { Weights = [.. _groupOf.Select(group => point.Weights[group] / _sizes[group])] })];

    private static bool AreTwins(int one, int other, SymmetricMatrix covariance, double[] lower, double[] upper)
    {
        var variance = covariance[one, one];
        if (lower[one] != lower[other] || upper[one] != upper[other] || covariance[other, other] != variance || covariance[one, other] != variance)
        {
            return false;
        }

        // Their own entries are equal by now, so the rows may be compared as a whole.
        return covariance.Row(one).SequenceEqual(covariance.Row(other));
    }
}
