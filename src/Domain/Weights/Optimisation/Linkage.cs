namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>How far apart two clusters are: by their nearest or farthest members, on average, or by what joining them adds to the variance within.</summary>
public enum LinkageMethod
{
    Single,
    Complete,
    Average,
    Ward,
}

/// <summary>
/// Agglomerative clustering of a distance matrix at O(n²): a minimum spanning tree for single linkage, the nearest-neighbour chain for the
/// others (Müllner 2011). Ties and child order follow SciPy's <c>cluster.hierarchy.linkage</c>: the left child is the cluster of smaller id.
/// </summary>
internal static class Linkage
{
    /// <param name="distances">n × n, n ≥ 1; not changed.</param>
    /// <returns>The leaves in pre-order of the tree.</returns>
    public static int[] LeafOrder(SymmetricMatrix distances, LinkageMethod method)
    {
        var merges = method == LinkageMethod.Single ? SpanningTree(distances) : NeighbourChain(distances, method);
        var children = Label(merges.OrderBy(merge => merge.Distance).ToArray(), distances.Size);
        return PreOrder(children, distances.Size);
    }

    private static Merge[] SpanningTree(SymmetricMatrix distances)
    {
        var size = distances.Size;
        var isMerged = new bool[size];
        var nearest = Enumerable.Repeat(double.PositiveInfinity, size).ToArray();
        var merges = new Merge[size - 1];
        var current = 0;
        for (var k = 0; k < merges.Length; k++)
        {
            isMerged[current] = true;
            var row = distances.Row(current);
            var (next, shortest) = (-1, double.PositiveInfinity);
            for (var i = 0; i < size; i++)
            {
                if (isMerged[i])
                {
                    continue;
                }

                nearest[i] = Math.Min(nearest[i], row[i]);
                if (nearest[i] < shortest)
                {
                    (next, shortest) = (i, nearest[i]);
                }
            }

            merges[k] = new Merge(current, next, shortest);
            current = next;
        }

        return merges;
    }

    private static Merge[] NeighbourChain(SymmetricMatrix distances, LinkageMethod method)
    {
        var size = distances.Size;
        var work = distances.Scaled(1);
        var counts = Enumerable.Repeat(1, size).ToArray();
        var chain = new List<int>(size);
        var merges = new Merge[size - 1];
        for (var k = 0; k < merges.Length; k++)
        {
            if (chain.Count == 0)
            {
                chain.Add(Array.FindIndex(counts, count => count > 0));
            }

            var (x, y, distance) = FindMutualNeighbours(work, counts, chain);
            chain.RemoveRange(chain.Count - 2, 2);
            (x, y) = (Math.Min(x, y), Math.Max(x, y));
            merges[k] = new Merge(x, y, distance);
            var (nx, ny) = (counts[x], counts[y]);
            (counts[x], counts[y]) = (0, nx + ny);
            for (var i = 0; i < size; i++)
            {
                if (counts[i] > 0 && i != y)
                {
                    work[i, y] = Combine(method, work[i, x], work[i, y], distance, nx, ny, counts[i]);
                }
            }
        }

        return merges;
    }

    private static (int X, int Y, double Distance) FindMutualNeighbours(SymmetricMatrix distances, int[] counts, List<int> chain)
    {
        while (true)
        {
            var x = chain[^1];
            var row = distances.Row(x);
            var (y, shortest) = chain.Count > 1 ? (chain[^2], row[chain[^2]]) : (-1, double.PositiveInfinity);
            for (var i = 0; i < counts.Length; i++)
            {
                if (counts[i] > 0 && i != x && row[i] < shortest)
                {
                    (y, shortest) = (i, row[i]);
                }
            }

            if (chain.Count > 1 && y == chain[^2])
            {
                return (x, y, shortest);
            }

            chain.Add(y);
        }
    }

    /// <summary>The Lance–Williams update of the distance from a cluster to the union of x and y.</summary>
    private static double Combine(LinkageMethod method, double toX, double toY, double between, double nx, double ny, double n) => method switch
    {
        LinkageMethod.Complete => Math.Max(toX, toY),
        LinkageMethod.Average => ((nx * toX) + (ny * toY)) / (nx + ny),
        LinkageMethod.Ward => Math.Sqrt((((n + nx) * toX * toX) + ((n + ny) * toY * toY) - (n * between * between)) / (nx + ny + n)),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "single linkage has its own algorithm"),
    };

    /// <summary>Turns merges of points, sorted by distance, into merges of numbered clusters: n + k is the k-th merge.</summary>
    private static (int Left, int Right)[] Label(Merge[] merges, int size)
    {
        var parents = Enumerable.Range(0, (2 * size) - 1).ToArray();
        var children = new (int, int)[merges.Length];
        for (var k = 0; k < merges.Length; k++)
        {
            var (left, right) = (Root(parents, merges[k].X), Root(parents, merges[k].Y));
            children[k] = (Math.Min(left, right), Math.Max(left, right));
            parents[left] = parents[right] = size + k;
        }

        return children;
    }

    private static int Root(int[] parents, int cluster)
    {
        while (parents[cluster] != cluster)
        {
            cluster = parents[cluster] = parents[parents[cluster]];
        }

        return cluster;
    }

    private static int[] PreOrder((int Left, int Right)[] children, int size)
    {
        var leaves = new List<int>(size);
        var pending = new Stack<int>();
        pending.Push((2 * size) - 2);
        while (pending.TryPop(out var cluster))
        {
            if (cluster < size)
            {
                leaves.Add(cluster);
                continue;
            }

            pending.Push(children[cluster - size].Right);
            pending.Push(children[cluster - size].Left);
        }

        return [.. leaves];
    }

    private readonly record struct Merge(int X, int Y, double Distance);
}
