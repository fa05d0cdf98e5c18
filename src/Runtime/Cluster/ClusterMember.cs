using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Runtime.Cluster;

/// <summary>
/// One process as a member of a cluster: for how long it may act, which shards it owns under which epoch, and where the others are. Its
/// <see cref="ClusterActor"/> keeps the picture; regions and persistence read it. Safe to read from any thread.
/// </summary>
/// <param name="clock">Only its monotonic side is used: the lease is measured from when the renewal was sent.</param>
public sealed class ClusterMember(
    NodeDescription node, ILeaseStore leases, IClusterTransport transport, TimeProvider clock, ClusterSettings? settings = null)
{
    /// <summary>Epoch of what is not owned: no journal accepts it.</summary>
    public const long NoEpoch = -1;

    private static readonly TimeSpan PlacementPoll = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string EntityType, int Shard), ShardLease> _owned = [];
    private readonly SortedDictionary<(string EntityType, int Shard), string> _elsewhere = [];
    private readonly SortedSet<(string EntityType, int Shard)> _needed = [];
    private readonly SortedDictionary<string, IActorRef> _regions = new(StringComparer.Ordinal);
    private IReadOnlyList<LiveNode> _nodes = [];
    private long _renewalSentAt;
    private TimeSpan _timeToLive;
    private RemoteQuestions? _questions;
    private ActorSystem? _system;

    public NodeDescription Node { get; } = node;

    public string NodeId => Node.Id;

    internal ILeaseStore Leases { get; } = leases;

    internal TimeProvider Clock => clock;

    internal ClusterSettings Settings { get; } = settings ?? new ClusterSettings();

    /// <summary>What is left of this process's lease; zero or less before the first heartbeat and after the last.</summary>
    public TimeSpan LeaseRemaining
    {
        get
        {
            lock (_gate)
            {
                return _timeToLive == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue
                    : _timeToLive - clock.GetElapsedTime(_renewalSentAt, clock.GetTimestamp());
            }
        }
    }

    /// <summary>Whether effects are still allowed: past the margin another node may already be taking over.</summary>
    internal bool MayAct => LeaseRemaining > Settings.FenceMargin;

    /// <summary>Epoch under which this process owns the entity, or <see cref="NoEpoch"/>.</summary>
    /// <param name="persistenceId">As type/id.</param>
    public long EpochOf(string persistenceId)
    {
        var (entityType, id) = EntityName.Parse(persistenceId);
        lock (_gate)
        {
            return _owned.TryGetValue((entityType, ShardPlacement.ShardOf(id)), out var lease) ? lease.Epoch : NoEpoch;
        }
    }

    /// <summary>Whether the entity is this process's to act for now.</summary>
    public bool Owns(string persistenceId) => EpochOf(persistenceId) != NoEpoch && MayAct;

    /// <summary>Takes in what the transport brought.</summary>
    public void Receive(ClusterMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_system is not { } system || _questions is not { } questions)
            return;
        if (message.AnswerTo is { } question)
            questions.Answer(question, message.Content);
        else if (message.Entity is { } entity)
            system.DeliverRemote(entity, message.Content, SenderOf(system, message));
        else
            system.Find(ClusterActor.Path)?.Tell(message.Content);
    }

    /// <summary>Gives every shard up in good order: entities stop first, then other nodes may take them at once.</summary>
    /// <exception cref="TimeoutException">They had not stopped in time; the leases then run out by themselves.</exception>
    public async Task LeaveAsync(TimeSpan timeout)
    {
        if (_system?.Find(ClusterActor.Path) is { } actor)
            await actor.AskAsync<LeftCluster>(LeaveCluster.Instance, timeout);
    }

    /// <summary>The node that owns the entity as far as is known here; null when nobody is known to.</summary>
    public string? FindOwner(string entity)
    {
        var (entityType, id) = EntityName.Parse(entity);
        return OwnerOf(entityType, ShardPlacement.ShardOf(id));
    }

    /// <summary>
    /// Completes once some node is known to own the entity's shard, this one or another; till then a message to it would be lost.
    /// </summary>
    /// <exception cref="TimeoutException">Nobody does.</exception>
    public async Task WhenPlacedAsync(string entity, TimeSpan patience, TimeProvider wallClock, CancellationToken cancellationToken)
    {
        var (entityType, id) = EntityName.Parse(entity);
        var shard = ShardPlacement.ShardOf(id);
        var started = wallClock.GetTimestamp();
        while (OwnerOf(entityType, shard) is null)
        {
            Need(entityType, shard);
            if (wallClock.GetElapsedTime(started) > patience)
                throw new TimeoutException($"No node has taken {entity} within {patience}; is the journal's database reached?");
            await Task.Delay(PlacementPoll, wallClock, cancellationToken);
        }
    }

    internal void Attach(ActorSystem system)
    {
        _system = system;
        _questions = new RemoteQuestions(clock, Settings.QuestionTimeout);
        system.Spawn(new Props(() => new ClusterActor(this)), ClusterActor.Name);
    }

    internal void Attach(string entityType, IActorRef region)
    {
        lock (_gate)
            _regions[entityType] = region;
    }

    internal IReadOnlyList<KeyValuePair<string, IActorRef>> Regions()
    {
        lock (_gate)
            return [.. _regions];
    }

    /// <summary>Notes that somebody uses the shard; it is then taken when this node should have it.</summary>
    internal void Need(string entityType, int shard)
    {
        bool isNews;
        lock (_gate)
            isNews = _needed.Add((entityType, shard));
        if (isNews)
            _system?.Find(ClusterActor.Path)?.Tell(LeasesChanged.Instance);
    }

    internal IReadOnlyList<(string EntityType, int Shard)> Needed()
    {
        lock (_gate)
            return [.. _needed];
    }

    /// <summary>The node that owns the shard as far as is known here; null when nobody is known to.</summary>
    internal string? OwnerOf(string entityType, int shard)
    {
        lock (_gate)
        {
            return _owned.ContainsKey((entityType, shard)) ? NodeId : _elsewhere.GetValueOrDefault((entityType, shard));
        }
    }

    internal ShardLease? Owned(string entityType, int shard)
    {
        lock (_gate)
            return _owned.GetValueOrDefault((entityType, shard));
    }

    internal IReadOnlyList<ShardLease> Owned()
    {
        lock (_gate)
            return [.. _owned.Values];
    }

    /// <summary>The living nodes as of the last heartbeat.</summary>
    public IReadOnlyList<LiveNode> Nodes
    {
        get
        {
            lock (_gate)
                return _nodes;
        }
    }

    internal void See(IReadOnlyList<LiveNode> nodes)
    {
        lock (_gate)
            _nodes = nodes;
    }

    internal void Renew(long sentAt, TimeSpan timeToLive)
    {
        lock (_gate)
            (_renewalSentAt, _timeToLive) = (sentAt, timeToLive);
    }

    internal void Take(ShardLease lease)
    {
        lock (_gate)
            _owned[(lease.EntityType, lease.Shard)] = lease;
    }

    internal void Drop(ShardLease lease)
    {
        lock (_gate)
            _owned.Remove((lease.EntityType, lease.Shard));
    }

    internal void DropAll()
    {
        lock (_gate)
            _owned.Clear();
    }

    /// <summary>Takes a listing of the leases in; returns own shards that a later epoch of another node has replaced.</summary>
    internal IReadOnlyList<ShardLease> Take(IReadOnlyCollection<ShardLease> listed)
    {
        lock (_gate)
        {
            _elsewhere.Clear();
            var lost = new List<ShardLease>();
            foreach (var lease in listed.Where(lease => lease.Owner != NodeId))
            {
                var key = (lease.EntityType, lease.Shard);
                // A listing may be older than a lease taken since; a later epoch is news.
                if (!_owned.TryGetValue(key, out var own))
                {
                    if (lease.Owner is { } owner)
                        _elsewhere[key] = owner;
                }
                else if (lease.Epoch > own.Epoch)
                    lost.Add(own);
            }

            return lost;
        }
    }

    internal void SendTo(string node, string entity, object message, IActorRef? sender)
    {
        var senderEntity = sender is null ? null : _system?.EntityNameOf(sender);
        var question = senderEntity is null && sender is not null and not DeadLetters ? _questions?.Ask(sender) : null;
        transport.Send(node, new ClusterMessage(NodeId, entity, null, message, senderEntity, question));
    }

    internal void Answer(string node, long question, object answer) =>
        transport.Send(node, new ClusterMessage(NodeId, null, question, answer));

    internal void Say(string node, object word) => transport.Send(node, new ClusterMessage(NodeId, null, null, word));

    private IActorRef? SenderOf(ActorSystem system, ClusterMessage message) =>
        message.SenderEntity is { } entity ? system.Entity(entity)
        : message.SenderQuestion is { } question ? new RemoteAsker(this, message.From, question)
        : null;
}
