using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

/// <summary>
/// Hierarchical risk parity written from the paper, the slow way: clusters as lists, every pair compared at every merge with the linkage's
/// definition over the original distances (Ward by its recursion, which is its definition for general distances).
/// </summary>
internal static class PaperHierarchicalRiskParity
{
    public static double[] Solve(SymmetricMatrix covariance, LinkageMethod linkage)
    {
        var weights = Enumerable.Repeat(1.0, covariance.Size).ToArray();
        var lists = new Queue<List<int>>([Order(covariance, linkage)]);
        while (lists.TryDequeue(out var list))
        {
            if (list.Count == 1)
            {
                continue;
            }

            var (left, right) = (list[..(list.Count / 2)], list[(list.Count / 2)..]);
            var (vl, vr) = (Variance(covariance, left), Variance(covariance, right));
            left.ForEach(i => weights[i] *= 1 - (vl / (vl + vr)));
            right.ForEach(i => weights[i] *= vl / (vl + vr));
            lists.Enqueue(left);
            lists.Enqueue(right);
        }

        return weights;
    }

    private static List<int> Order(SymmetricMatrix covariance, LinkageMethod linkage)
    {
        double Distance(int i, int j) => Math.Sqrt((1 - (covariance[i, j] / Math.Sqrt(covariance[i, i] * covariance[j, j]))) / 2);
        var nextId = covariance.Size;
        var clusters = Enumerable.Range(0, covariance.Size).Select(i => new Cluster(i, [i], [i], null, null, 0)).ToList();
        while (clusters.Count > 1)
        {
            var (a, b, distance) = (
                from x in clusters
                from y in clusters
                where x.Id < y.Id
                select (x, y, Between(x, y, linkage, Distance))).MinBy(pair => pair.Item3);
            clusters.Remove(a);
            clusters.Remove(b);
            clusters.Add(new Cluster(nextId++, [.. a.Leaves, .. b.Leaves], [.. a.Ordered, .. b.Ordered], a, b, distance));
        }

        return clusters[0].Ordered;
    }

    private static double Between(Cluster x, Cluster y, LinkageMethod linkage, Func<int, int, double> distance)
    {
        var pairs = x.Leaves.SelectMany(i => y.Leaves.Select(j => distance(i, j)));
        return linkage switch
        {
            LinkageMethod.Single => pairs.Min(),
            LinkageMethod.Complete => pairs.Max(),
            LinkageMethod.Average => pairs.Average(),
            _ => Ward(x, y, distance),
        };
    }

    private static double Ward(Cluster x, Cluster y, Func<int, int, double> distance)
    {
        if (x.Left is null && y.Left is null)
        {
            return distance(x.Leaves[0], y.Leaves[0]);
        }

        // The younger of the two is taken apart: its children were there when the other one was.
        var (whole, split) = x.Id > y.Id ? (y, x) : (x, y);
        double n = whole.Leaves.Count, nl = split.Left!.Leaves.Count, nr = split.Right!.Leaves.Count;
        var (dl, dr) = (Ward(whole, split.Left, distance), Ward(whole, split.Right, distance));
        return Math.Sqrt((((n + nl) * dl * dl) + ((n + nr) * dr * dr) - (n * split.Distance * split.Distance)) / (n + nl + nr));
    }

    private static double Variance(SymmetricMatrix covariance, List<int> cluster)
    {
        var total = cluster.Sum(i => 1 / covariance[i, i]);
        return (
            from i in cluster
            from j in cluster
            select covariance[i, j] / covariance[i, i] / total / covariance[j, j] / total).Sum();
    }

    private sealed record Cluster(int Id, List<int> Leaves, List<int> Ordered, Cluster? Left, Cluster? Right, double Distance);
}
