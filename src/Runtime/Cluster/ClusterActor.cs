using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Cluster;

/// <summary>Ask: give everything up and go. Answered by <see cref="LeftCluster"/>.</summary>
internal sealed record LeaveCluster
{
    public static LeaveCluster Instance { get; } = new();
}

internal sealed record LeftCluster;

/// <summary>
/// Keeps this process in the cluster: heartbeats, takes the shards it should have once nobody else has them, gives away those another
/// should have, and stops everything when its own lease is about to end, heard or unheard by the others.
/// </summary>
internal sealed class ClusterActor(ClusterMember member) : Actor
{
    public const string Name = "cluster";
    public const string Path = "/user/" + Name;

    private readonly SortedSet<(string EntityType, int Shard)> _taking = [];
    private readonly SortedSet<(string EntityType, int Shard)> _giving = [];
    private ClusterView _view = ClusterView.Empty;
    private long? _beatingSince;

    /// <summary>When the first of the heartbeats that got through without a gap was sent; null while none does.</summary>
    private long? _connectedSince;
    private IActorRef? _leaver;

    private ClusterSettings Settings => member.Settings;

    protected internal override ValueTask PreStartAsync()
    {
        Beat();
        return ValueTask.CompletedTask;
    }

    protected internal override ValueTask ReceiveAsync(object message)
    {
        switch (message)
        {
            case BeatDue:
                Beat();
                break;
            case LeasesChanged or LookDue:
                StartBeat();
                break;
            case Beaten beaten:
                OnBeaten(beaten);
                break;
            case BeatFailed failed:
                OnBeatFailed(failed);
                break;
            case FenceDue when !member.MayAct:
                Fence();
                break;
            case Taken taken:
                OnTaken(taken);
                break;
            case ShardEmptied emptied:
                OnEmptied(emptied);
                break;
            case LeaveCluster:
                Leave();
                break;
            case LeaseOperationFailed failed:
                Context.Log.LogWarning(failed.Cause, "Node {Node}: a lease could not be changed", member.NodeId);
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected internal override object DescribeState() =>
        new
        {
            member.NodeId, member.LeaseRemaining, Nodes = _view.Nodes.Select(node => node.Id), Owned = member.Owned().Count,
            Taking = string.Join(", ", _taking), Giving = string.Join(", ", _giving),
        };

    private void Beat()
    {
        var quarter = Settings.HeartbeatInterval / 4;
        Context.StartTimer("beat", BeatDue.Instance, Settings.HeartbeatInterval - quarter + (2 * quarter * Context.Random.NextDouble()));
        StartBeat();
    }

    private void StartBeat()
    {
        var now = member.Clock.GetTimestamp();
        // One that hangs is given up for lost after two intervals: the next may get through.
        if (_leaver is not null || (_beatingSince is { } since && member.Clock.GetElapsedTime(since, now) < 2 * Settings.HeartbeatInterval))
            return;
        if (_beatingSince is not null)
            _connectedSince = null;
        _beatingSince = now;
        var types = member.Regions().Select(region => region.Key).ToList();
        Context.PipeToSelf(
            token => BeatAsync(member, types, now, token), beaten => beaten, error => new BeatFailed(error));
    }

    private static async Task<Beaten> BeatAsync(ClusterMember member, IReadOnlyList<string> types, long sentAt, CancellationToken cancellationToken)
    {
        var lease = await member.Leases.HeartbeatAsync(member.Node, cancellationToken);
        var nodes = await member.Leases.ListNodesAsync(cancellationToken);
        var shards = new List<ShardLease>();
        foreach (var entityType in types)
            shards.AddRange(await member.Leases.ListAsync(entityType, cancellationToken));
        return new Beaten(sentAt, lease.TimeToLive, new ClusterView(nodes, shards));
    }

    private void OnBeaten(Beaten beaten)
    {
        _beatingSince = null;
        member.Renew(beaten.SentAt, beaten.TimeToLive);
        _connectedSince ??= beaten.SentAt;
        _view = beaten.View;
        member.See(_view.Nodes);
        if (beaten.TimeToLive != Timeout.InfiniteTimeSpan)
            Context.StartTimer("fence", FenceDue.Instance, Max(TimeSpan.Zero, member.LeaseRemaining - Settings.FenceMargin));
        LookWhenALifeEnds();
        foreach (var lost in member.Take(_view.Leases))
        {
            member.Drop(lost);
            _giving.Add((lost.EntityType, lost.Shard));
            RegionOf(lost.EntityType)?.Tell(new EmptyShard(lost.Shard), Context.Self);
        }

        if (!member.MayAct)
            return;
        ReleaseForgotten();
        Reconcile();
    }

    private void OnBeatFailed(BeatFailed failed)
    {
        (_beatingSince, _connectedSince) = (null, null);
        Context.Log.LogWarning(failed.Cause, "Node {Node}: the heartbeat failed; {Remaining} of the lease is left", member.NodeId, member.LeaseRemaining);
        Context.StartTimer("retry", LookDue.Instance, Settings.HeartbeatRetry * (0.75 + (0.5 * Context.Random.NextDouble())));
    }

    /// <summary>What a dead node held is taken when its time is up, not at a heartbeat that comes by chance.</summary>
    private void LookWhenALifeEnds()
    {
        if (_view.NextEndOfLife(member.NodeId) is { } remaining)
            Context.StartTimer("life", LookDue.Instance, Max(TimeSpan.Zero, remaining) + (TimeSpan.FromMilliseconds(400) * (0.5 + Context.Random.NextDouble())));
    }

    /// <summary>A shard goes to the node that every node computes for it, once its owner has let go or is gone.</summary>
    private void Reconcile()
    {
        var moves = 0;
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
                Acquire(entityType, shard);
            }
        }
    }

    private bool MayTakeFrom(string? holder) => holder is null || holder == member.NodeId
        || (!_view.IsAlive(holder) && _connectedSince is { } since
            && member.Clock.GetElapsedTime(since, member.Clock.GetTimestamp()) >= Settings.TakeoverGrace);

    /// <summary>
    /// Leases that the store still has in this node's name from before it stopped everything: whoever should have them would wait for it.
    /// </summary>
    private void ReleaseForgotten()
    {
        foreach (var lease in _view.Leases.Where(lease => lease.Owner == member.NodeId && member.Owned(lease.EntityType, lease.Shard) is null))
        {
            var key = (lease.EntityType, lease.Shard);
            if (!_taking.Contains(key) && !_giving.Contains(key) && _view.WantedOwner(lease.EntityType, lease.Shard) != member.NodeId)
                Release(lease);
        }
    }

    private bool Give(string entityType, int shard)
    {
        if (!_giving.Add((entityType, shard)))
            return false;
        RegionOf(entityType)?.Tell(new EmptyShard(shard), Context.Self);
        return true;
    }

    private void Acquire(string entityType, int shard)
    {
        // The region must have let go of what it ran under an earlier lease before it runs it again.
        if (_giving.Contains((entityType, shard)) || !_taking.Add((entityType, shard)))
            return;
        Context.PipeToSelf(
            token => member.Leases.TryAcquireAsync(entityType, shard, member.NodeId, token),
            lease => new Taken(entityType, shard, lease),
            error =>
            {
                Context.Log.LogWarning(error, "Node {Node}: {EntityType} shard {Shard} could not be taken", member.NodeId, entityType, shard);
                return new Taken(entityType, shard, null);
            });
    }

    private void OnTaken(Taken taken)
    {
        _taking.Remove((taken.EntityType, taken.Shard));
        if (taken.Lease is not { } lease)
            return;
        if (!member.MayAct || _leaver is not null)
        {
            Release(lease);
            return;
        }

        member.Take(lease);
        RegionOf(lease.EntityType)?.Tell(new ShardTaken(lease.Shard), Context.Self);
    }

    private void OnEmptied(ShardEmptied emptied)
    {
        if (!_giving.Remove((emptied.EntityType, emptied.Shard)) || member.Owned(emptied.EntityType, emptied.Shard) is not { } lease)
            return;
        member.Drop(lease);
        Release(lease);
        AnswerLeaver();
    }

    private void Release(ShardLease lease) => Context.PipeToSelf(
        async token =>
        {
            await member.Leases.ReleaseAsync(lease, token);
            foreach (var node in _view.Nodes.Where(node => node.Id != member.NodeId))
                member.Say(node.Id, LeasesChanged.Instance);
            return LeasesChanged.Instance;
        },
        word => word,
        error => new LeaseOperationFailed(error));

    /// <summary>The lease is about to end unrenewed: another node will take over, so nothing of this one may go on.</summary>
    private void Fence()
    {
        Context.Log.LogError("Node {Node}: no heartbeat got through; everything it owned is stopped", member.NodeId);
        foreach (var lease in member.Owned())
        {
            _giving.Add((lease.EntityType, lease.Shard));
            RegionOf(lease.EntityType)?.Tell(new EmptyShard(lease.Shard), Context.Self);
        }

        member.DropAll();
    }

    private void Leave()
    {
        _leaver = Context.Sender;
        foreach (var lease in member.Owned())
            Give(lease.EntityType, lease.Shard);
        AnswerLeaver();
    }

    private void AnswerLeaver()
    {
        if (_leaver is not { } leaver || member.Owned().Count > 0)
            return;
        Context.PipeToSelf(
            async token =>
            {
                await member.Leases.LeaveAsync(member.NodeId, token);
                leaver.Tell(new LeftCluster());
                return LeasesChanged.Instance;
            },
            word => word,
            error => new LeaseOperationFailed(error));
    }

    private IActorRef? RegionOf(string entityType) => member.Regions().FirstOrDefault(region => region.Key == entityType).Value;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed record BeatDue
    {
        public static BeatDue Instance { get; } = new();
    }

    private sealed record LookDue
    {
        public static LookDue Instance { get; } = new();
    }

    private sealed record FenceDue
    {
        public static FenceDue Instance { get; } = new();
    }

    private sealed record Beaten(long SentAt, TimeSpan TimeToLive, ClusterView View);

    private sealed record BeatFailed(Exception Cause);

    private sealed record Taken(string EntityType, int Shard, ShardLease? Lease);

    private sealed record LeaseOperationFailed(Exception Cause);
}
