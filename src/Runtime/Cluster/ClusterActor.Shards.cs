using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Cluster;

/// <summary>Shards on their way in and out: what is asked for and given up together goes to the lease store in one statement.</summary>
internal sealed partial class ClusterActor
{
    private readonly SortedSet<(string EntityType, int Shard)> _taking = [];

    /// <summary>Shards whose entities are being stopped here, owned still or already lost.</summary>
    private readonly SortedSet<(string EntityType, int Shard)> _giving = [];

    /// <summary>Empty and to be given up once the change of leases under way has ended.</summary>
    private readonly List<ShardLease> _letGo = [];
    private bool _isChanging;

    private bool IsChangingLeases => _isChanging || _letGo.Count > 0;

    /// <summary>A shard goes to the node that every node computes for it, once its owner has let go or is gone.</summary>
    private void Reconcile()
    {
        var moves = 0;
        var free = new List<(string EntityType, int Shard)>();
        foreach (var (entityType, shard) in member.Needed())
        {
            var wanted = _view.WantedOwner(entityType, shard);
            if (member.Owned(entityType, shard) is not null)
            {
                if (wanted is not null && wanted != member.NodeId && moves < Settings.MaxMoves && Give(entityType, shard))
                    moves++;
            }
            else if (wanted == member.NodeId && MayTakeFrom(_view.HolderOf(entityType, shard)))
            {
                free.Add((entityType, shard));
            }
        }

        Acquire(free);
    }

    private bool MayTakeFrom(string? holder) => holder is null || holder == member.NodeId
        || (!_view.IsAlive(holder) && _connectedSince is { } since
            && member.Clock.GetElapsedTime(since, member.Clock.GetTimestamp()) >= Settings.TakeoverGrace);

    private void Acquire(IEnumerable<(string EntityType, int Shard)> free)
    {
        // The region must have let go of what it ran under an earlier lease before it runs it again.
        var asked = free.Where(shard => !_giving.Contains(shard) && _taking.Add(shard)).ToList();
        if (asked.Count == 0)
            return;
        Context.PipeToSelf(
            token => member.Leases.AcquireAsync(member.NodeId, asked, token),
            leases => new Taken(asked, leases),
            error =>
            {
                Context.Log.LogWarning(error, "Node {Node}: {Shards} could not be taken", member.NodeId, string.Join(", ", asked));
                return new Taken(asked, []);
            });
    }

    private void OnTaken(Taken taken)
    {
        _taking.ExceptWith(taken.Asked);
        if (!member.MayAct || _leaver is not null)
        {
            Release(taken.Leases);
            return;
        }

        foreach (var lease in taken.Leases)
        {
            member.Take(lease);
            RegionOf(lease.EntityType)?.Tell(new ShardTaken(lease.Shard), Context.Self);
        }
    }

    private bool Give(string entityType, int shard)
    {
        if (!_giving.Add((entityType, shard)))
            return false;
        RegionOf(entityType)?.Tell(new EmptyShard(shard), Context.Self);
        return true;
    }

    /// <summary>Asked again at every heartbeat: a region that has been restarted meanwhile has forgotten what it was asked.</summary>
    private void AskForEmptying()
    {
        foreach (var (entityType, shard) in _giving)
            RegionOf(entityType)?.Tell(new EmptyShard(shard), Context.Self);
    }

    private void OnEmptied(ShardEmptied emptied)
    {
        if (!_giving.Remove((emptied.EntityType, emptied.Shard)) || member.Owned(emptied.EntityType, emptied.Shard) is not { } lease)
            return;
        member.Drop(lease);
        Release([lease]);
    }

    /// <summary>
    /// Leases that the store still has in this node's name from before it stopped everything: whoever should have them would wait for it.
    /// </summary>
    private void ReleaseForgotten() => Release(_view.Leases.Where(lease =>
        lease.Owner == member.NodeId && member.Owned(lease.EntityType, lease.Shard) is null
        && !_taking.Contains((lease.EntityType, lease.Shard)) && !_giving.Contains((lease.EntityType, lease.Shard))
        && _view.WantedOwner(lease.EntityType, lease.Shard) != member.NodeId));

    private void Release(IEnumerable<ShardLease> leases)
    {
        _letGo.AddRange(leases);
        if (_isChanging || _letGo.Count == 0)
            return;
        var batch = _letGo.ToList();
        _letGo.Clear();
        ChangeLeases(token => member.Leases.ReleaseAsync(batch, token));
    }

    /// <summary>Does what sets shards free, then tells the others to look.</summary>
    private void ChangeLeases(Func<CancellationToken, Task> change)
    {
        _isChanging = true;
        var others = _view.Nodes.Where(node => node.Id != member.NodeId).Select(node => node.Id).ToList();
        Context.PipeToSelf(
            async token =>
            {
                await change(token);
                others.ForEach(node => member.Say(node, LeasesChanged.Instance));
                return new LeaseChangeEnded(null);
            },
            ended => ended,
            error => new LeaseChangeEnded(error));
    }

    private void OnLeaseChangeEnded(LeaseChangeEnded ended)
    {
        _isChanging = false;
        if (ended.Failure is { } failure)
            Context.Log.LogWarning(failure, "Node {Node}: leases could not be given up; the next heartbeat tries again, or they run out", member.NodeId);
        Release([]);
        AnswerLeaver();
        StartBeat();
    }

    private IActorRef? RegionOf(string entityType) => member.Regions().FirstOrDefault(region => region.Key == entityType).Value;

    private sealed record Taken(IReadOnlyList<(string EntityType, int Shard)> Asked, IReadOnlyList<ShardLease> Leases);

    /// <param name="Failure">Null when it was done.</param>
    private sealed record LeaseChangeEnded(Exception? Failure);
}
