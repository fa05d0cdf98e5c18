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
internal sealed partial class ClusterActor(ClusterMember member) : Actor
{
    public const string Name = "cluster";
    public const string Path = "/user/" + Name;

    private ClusterView _view = ClusterView.Empty;
    private long? _beatingSince;

    /// <summary>When the first of the heartbeats that got through without a gap was sent; null while none does.</summary>
    private long? _connectedSince;

    /// <summary>Somebody had news while a heartbeat was under way: what that one brings may be older.</summary>
    private bool _isNewsWaiting;
    private IActorRef? _leaver;
    private bool _isGone;

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
            case LeaseChangeEnded ended:
                OnLeaseChangeEnded(ended);
                break;
            case LeaveCluster:
                Leave();
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
        if (_leaver is not null)
            return;
        // One that hangs is given up for lost after two intervals: the next may get through.
        if (_beatingSince is { } since && member.Clock.GetElapsedTime(since, now) < 2 * Settings.HeartbeatInterval)
        {
            _isNewsWaiting = true;
            return;
        }

        if (_beatingSince is not null)
            _connectedSince = null;
        (_beatingSince, _isNewsWaiting) = (now, false);
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
        }

        AskForEmptying();
        if (member.MayAct && _leaver is null)
        {
            ReleaseForgotten();
            Reconcile();
        }

        AnswerLeaver();
        if (_isNewsWaiting)
            StartBeat();
    }

    private void OnBeatFailed(BeatFailed failed)
    {
        (_beatingSince, _connectedSince) = (null, null);
        AnswerLeaver();
        Context.Log.LogWarning(failed.Cause, "Node {Node}: the heartbeat failed; {Remaining} of the lease is left", member.NodeId, member.LeaseRemaining);
        Context.StartTimer("retry", LookDue.Instance, Settings.HeartbeatRetry * (0.75 + (0.5 * Context.Random.NextDouble())));
    }

    /// <summary>What a dead node held is taken when its time is up, not at a heartbeat that comes by chance.</summary>
    private void LookWhenALifeEnds()
    {
        if (_view.NextEndOfLife(member.NodeId) is { } remaining)
            Context.StartTimer("life", LookDue.Instance, Max(TimeSpan.Zero, remaining) + (TimeSpan.FromMilliseconds(400) * (0.5 + Context.Random.NextDouble())));
    }

    /// <summary>The lease is about to end unrenewed: another node will take over, so nothing of this one may go on.</summary>
    private void Fence()
    {
        Context.Log.LogError("Node {Node}: no heartbeat got through; everything it owned is stopped", member.NodeId);
        foreach (var lease in member.Owned())
            _giving.Add((lease.EntityType, lease.Shard));
        AskForEmptying();
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
        // A heartbeat under way could arrive behind the farewell, and keep a node alive that is gone.
        if (_leaver is not { } leaver || _isGone || IsChangingLeases || _beatingSince is not null || member.Owned().Count > 0)
            return;
        _isGone = true;
        ChangeLeases(async token =>
        {
            await member.Leases.LeaveAsync(member.NodeId, token);
            leaver.Tell(new LeftCluster());
        });
    }

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

}
