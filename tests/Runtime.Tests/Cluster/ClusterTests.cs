using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Runtime.Sharding;
using Rebalancer.Runtime.Tests.Persistence;

namespace Rebalancer.Runtime.Tests.Cluster;

/// <summary>Three processes that share a journal and a lease store, on one scheduler.</summary>
public sealed class ClusterTests : IAsyncDisposable
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(15);
    private static readonly string[] Ledgers = ["a", "b", "c", "d", "e", "f", "g", "h"];

    private readonly SimulationScheduler _scheduler = new(5);
    private readonly InMemoryLeaseStore _leases;
    private readonly InMemoryJournal _journal;
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    private Action<object> _onDelivery = _ => { };

    public ClusterTests()
    {
        _leases = new InMemoryLeaseStore(_scheduler.Clock, TimeToLive);
        _journal = new InMemoryJournal(id => _leases.EpochOf(id.Split('/')[0], ShardPlacement.ShardOf(id.Split('/')[1])));
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    [Fact]
    public void LastingEntities_RunOnExactlyOneNodeEach_SpreadOverAll()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));

        foreach (var ledger in Ledgers)
            RunningOn(ledger).Count.ShouldBe(1, ledger);
        Ledgers.Select(ledger => RunningOn(ledger)[0]).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Question_FromANodeThatDoesNotOwnTheEntity_IsAnsweredByTheOwner()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));

        foreach (var node in _nodes.Values)
        {
            foreach (var ledger in Ledgers)
                Ask<PersistResult>(node, ledger, new Add(1)).ShouldBeOfType<PersistResult.Accepted>();
        }

        Ask<LedgerState>(_nodes["two"], "a", new GetLedger()).Sum.ShouldBe(3);
    }

    [Fact]
    public void ReliableMessages_BetweenNodes_TakeEffectOnceAndAreConfirmed()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        foreach (var ledger in Ledgers.Skip(1))
            Ask<PersistResult>(_nodes["one"], "a", new SendTo($"ledger/{ledger}", 7));
        _scheduler.RunFor(TimeSpan.FromSeconds(30));

        foreach (var ledger in Ledgers.Skip(1))
            Ask<LedgerState>(_nodes["three"], ledger, new GetLedger()).Amounts.ShouldBe([7], ledger);
        _scheduler.Run(() => _journal.ReadOutboxAsync(0, 100, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public void CutOffNode_StopsBeforeAnotherTakesOver_AndItsAppendsAreFenced()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        var victim = RunningOn("a")[0];
        var staleEpoch = _nodes[victim].Member.EpochOf("ledger/a");
        _nodes[victim].IsCutOff = true;

        _scheduler.RunUntil(() => _nodes[victim].Member.Owns("ledger/a") == false, TimeToLive).ShouldBeTrue();
        _nodes.Values.Count(node => node.Member.EpochOf("ledger/a") > staleEpoch).ShouldBe(0, "nobody took over while it could still act");
        _scheduler.RunUntil(() => RunningOn("a") is [var owner] && owner != victim, TimeSpan.FromSeconds(20)).ShouldBeTrue();

        var successor = _nodes[RunningOn("a")[0]];
        successor.Member.EpochOf("ledger/a").ShouldBeGreaterThan(staleEpoch);
        var append = new AppendRequest(
            "ledger/a", 0, staleEpoch, "stale", _scheduler.Clock.GetUtcNow(), "", "", [new EventToAppend("added", 1, "{\"amount\":1}")], [], null, [], []);
        _scheduler.Run(() => _journal.AppendAsync(append, CancellationToken.None)).ShouldBeOfType<AppendOutcome.Fenced>();
    }

    [Fact]
    public void CutOffNode_ThatComesBack_OwnsAgainUnderItsLease()
    {
        Start("one");
        _scheduler.RunFor(TimeSpan.FromSeconds(10));
        Ask<PersistResult>(_nodes["one"], "a", new Add(1)).ShouldBeOfType<PersistResult.Accepted>();
        _nodes["one"].IsCutOff = true;
        _scheduler.RunFor(TimeSpan.FromSeconds(20));
        RunningOn("a").ShouldBeEmpty();

        _nodes["one"].IsCutOff = false;
        _scheduler.RunFor(TimeSpan.FromSeconds(20));

        RunningOn("a").ShouldBe(["one"]);
        Ask<PersistResult>(_nodes["one"], "a", new Add(1)).ShouldBeOfType<PersistResult.Accepted>();
    }

    [Fact]
    public void LeaseStore_LostAfterATakeover_LeavesNoEntityWithoutANode()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        var victim = _nodes[RunningOn("a")[0]];
        victim.IsCutOff = true;
        _scheduler.RunUntil(() => RunningOn("a") is [var owner] && owner != victim.Member.NodeId, TimeSpan.FromMinutes(1)).ShouldBeTrue();

        foreach (var node in _nodes.Values)
            node.IsCutOff = true;
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        foreach (var node in _nodes.Values)
            node.IsCutOff = false;
        _scheduler.RunFor(TimeSpan.FromSeconds(40));

        foreach (var ledger in Ledgers)
            RunningOn(ledger).Count.ShouldBe(1, ledger);
    }

    [Fact]
    public void KilledNode_IsTakenOverAsSoonAsItsLifeEnds()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        var victim = _nodes[RunningOn("a")[0]];
        victim.IsCutOff = true;
        _nodes.Remove(victim.Member.NodeId);
        var killed = _scheduler.Clock.GetUtcNow();

        _scheduler.RunUntil(() => Ledgers.All(ledger => RunningOn(ledger).Count == 1), TimeSpan.FromMinutes(1)).ShouldBeTrue();

        (_scheduler.Clock.GetUtcNow() - killed).ShouldBeLessThan(TimeToLive + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void DatabaseThatWasAway_ComesBack_AndNobodyTakesFromNodesThatAreJustLate()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        var epochs = Ledgers.ToDictionary(ledger => ledger, EpochOf);
        foreach (var node in _nodes.Values)
            node.IsCutOff = true;
        _scheduler.RunFor(TimeSpan.FromSeconds(30));

        foreach (var node in _nodes.Values)
        {
            node.IsCutOff = false;
            _scheduler.RunFor(TimeSpan.FromSeconds(2));
        }

        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        Ledgers.ToDictionary(ledger => ledger, EpochOf).ShouldBe(epochs, "every node took up what it had");
    }

    [Fact]
    public void RollingUpgrade_LeavesWithTheNewNodeWhatTheOldOnesCannotRead()
    {
        Start("one", "two");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        _nodes.Add("new", new Node(this, "new", format: 1));
        _scheduler.RunFor(TimeSpan.FromMinutes(1));
        var moved = Ledgers.Where(ledger => RunningOn(ledger)[0] == "new").ToList();
        moved.ShouldNotBeEmpty();

        _nodes["new"].IsCutOff = true;
        _nodes.Remove("new");
        _scheduler.RunFor(TimeSpan.FromMinutes(1));
        moved.ShouldAllBe(ledger => RunningOn(ledger).Count == 0);
        Ledgers.Except(moved).ShouldAllBe(ledger => RunningOn(ledger).Count == 1);

        _nodes.Add("newer", new Node(this, "newer", format: 1));
        _scheduler.RunFor(TimeSpan.FromMinutes(1));
        Ledgers.ShouldAllBe(ledger => RunningOn(ledger).Count == 1);
    }

    [Fact]
    public void LeavingNode_HandsEverythingOverWithinASecond()
    {
        Start("one", "two", "three");
        _scheduler.RunFor(TimeSpan.FromSeconds(30));
        var leaver = _nodes[RunningOn("a")[0]];

        _scheduler.Run(() => leaver.Member.LeaveAsync(TimeSpan.FromSeconds(1)));
        _scheduler.RunFor(TimeSpan.FromSeconds(1));

        foreach (var ledger in Ledgers)
        {
            var owner = RunningOn(ledger).ShouldHaveSingleItem(ledger);
            owner.ShouldNotBe(leaver.Member.NodeId);
        }
    }

    [Fact]
    public void JoiningNode_TakesItsShareFromTheOthersWithoutTwoOwners()
    {
        Start("one");
        _scheduler.RunFor(TimeSpan.FromSeconds(10));
        Start("two", "three");
        for (var second = 0; second < 60; second++)
        {
            _scheduler.RunFor(TimeSpan.FromSeconds(1));
            foreach (var ledger in Ledgers)
                RunningOn(ledger).Count.ShouldBeLessThanOrEqualTo(1);
        }

        Ledgers.Select(ledger => RunningOn(ledger).Single()).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void JoiningNode_TakesItsShare_ThoughItIsAskedForWhileItStops()
    {
        Start("one");
        _scheduler.RunFor(TimeSpan.FromSeconds(10));
        _onDelivery = message =>
        {
            if (message is EmptyShard)
                Array.ForEach(Ledgers, ledger => _nodes["one"].System.Entity($"ledger/{ledger}").Tell(new GetLedger()));
        };

        Start("two", "three");
        _scheduler.RunFor(TimeSpan.FromMinutes(1));

        foreach (var ledger in Ledgers)
            RunningOn(ledger).ShouldHaveSingleItem($"{ledger} must not be woken where it was given up");
    }

    private void Start(params string[] nodes)
    {
        foreach (var id in nodes)
            _nodes.Add(id, new Node(this, id));
    }

    private List<string> RunningOn(string ledger) =>
        [.. _nodes.Values.Where(node => node.System.Find($"/user/ledger/{ledger}") is not null).Select(node => node.Member.NodeId)];

    private long EpochOf(string ledger) => _leases.EpochOf("ledger", ShardPlacement.ShardOf(ledger));

    private T Ask<T>(Node node, string ledger, object message) =>
        _scheduler.Run(() => node.System.Entity($"ledger/{ledger}").AskAsync<T>(message, TimeSpan.FromSeconds(5)).AsTask());

    private sealed class Node : IClusterTransport, ILeaseStore
    {
        private readonly ClusterTests _world;

        public Node(ClusterTests world, string id, int format = 0)
        {
            _world = world;
            Member = new ClusterMember(new NodeDescription(id, Format: format), this, this, world._scheduler.Clock);
            System = new ActorSystem(new ActorSystemOptions
            {
                Scheduler = world._scheduler, Seed = 1, Cluster = Member, OnDelivery = (_, message) => world._onDelivery(message),
            });
            var engine = new PersistenceEngine(world._journal, LedgerActor.CreateCatalog(), Member.EpochOf);
            System.RegisterEntity("ledger", name => new Props(() => new LedgerActor(engine, $"ledger/{name}", 0)), () => Ledgers);
            System.Spawn(new Props(() => new DeliveryActor(engine, System.Entity)), "delivery");
        }

        public ClusterMember Member { get; }

        public ActorSystem System { get; }

        public bool IsCutOff { get; set; }

        public void Send(string node, ClusterMessage message) => _ = DeliverAsync(node, message);

        public Task<NodeLease> HeartbeatAsync(NodeDescription node, CancellationToken cancellationToken) => Store().HeartbeatAsync(node, cancellationToken);

        public Task<IReadOnlyList<LiveNode>> ListNodesAsync(CancellationToken cancellationToken) => Store().ListNodesAsync(cancellationToken);

        public Task LeaveAsync(string nodeId, CancellationToken cancellationToken) => Store().LeaveAsync(nodeId, cancellationToken);

        public Task<IReadOnlyList<ShardLease>> AcquireAsync(
            string nodeId, IReadOnlyCollection<(string EntityType, int Shard)> shards, CancellationToken cancellationToken) =>
            Store().AcquireAsync(nodeId, shards, cancellationToken);

        public Task ReleaseAsync(IReadOnlyCollection<ShardLease> leases, CancellationToken cancellationToken) =>
            Store().ReleaseAsync(leases, cancellationToken);

        public Task<IReadOnlyList<ShardLease>> ListAsync(string entityType, CancellationToken cancellationToken) =>
            Store().ListAsync(entityType, cancellationToken);

        private InMemoryLeaseStore Store() => IsCutOff ? throw new IOException("the database cannot be reached") : _world._leases;

        private async Task DeliverAsync(string node, ClusterMessage message)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(3), _world._scheduler.Clock);
            if (!IsCutOff && _world._nodes.TryGetValue(node, out var receiver) && !receiver.IsCutOff)
                receiver.Member.Receive(message);
        }
    }
}
