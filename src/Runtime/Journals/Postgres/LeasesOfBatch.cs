using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>
/// The leases a batch stands on, each once: entities of one shard share its lease, unless one of them still goes by an older epoch. They
/// are in the order in which takeovers lock them, so that an append and a takeover never wait for each other.
/// </summary>
internal sealed class LeasesOfBatch
{
    private static readonly Comparer<Lease> Order = Comparer<Lease>.Create(Compare);

    private readonly List<Lease> _distinct = [];

    public LeasesOfBatch(IReadOnlyList<PreparedAppend> batch)
    {
        var known = new HashSet<Lease>();
        var ofRequests = new Lease[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var home = EntityShard.Of(batch[i].Request.PersistenceId);
            ofRequests[i] = new Lease(home.EntityType, home.Shard, batch[i].Request.Epoch);
            if (known.Add(ofRequests[i]))
            {
                _distinct.Add(ofRequests[i]);
            }
        }

        _distinct.Sort(Order);
        Places = Array.ConvertAll(ofRequests, lease => _distinct.BinarySearch(lease, Order) + 1);
    }

    public IReadOnlyList<Lease> Distinct => _distinct;

    /// <summary>For each request, the place of its lease among <see cref="Distinct"/>, from 1.</summary>
    public IReadOnlyList<int> Places { get; }

    private static int Compare(Lease one, Lease other)
    {
        var byType = string.CompareOrdinal(one.EntityType, other.EntityType);
        var byShard = byType != 0 ? byType : one.Shard.CompareTo(other.Shard);
        return byShard != 0 ? byShard : one.Epoch.CompareTo(other.Epoch);
    }

    public readonly record struct Lease(string EntityType, int Shard, long Epoch);
}
