using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Runtime.Sharding;
using Rebalancer.Runtime.TestKit;
using Rebalancer.Runtime.Tests.Persistence;

namespace Rebalancer.Runtime.Tests.Cluster;

/// <summary>
/// What every transport between nodes must do, and what the cluster makes of one that does no more: what goes through the outbox takes effect
/// once whatever the lines do, and an answer that comes too late is nobody's. A derived class says how nodes join, how time passes and how
/// lines are disturbed. Contents are those of <see cref="LedgerActor.CreateCatalog"/>.
/// </summary>
public abstract class ClusterTransportConformance : IAsyncLifetime
{
    private static readonly string[] Ledgers = ["a", "b", "c", "d", "e", "f", "g", "h"];
    private static readonly string[] Nodes = ["one.1", "two.1", "three.1"];

    private readonly SortedDictionary<string, ActorSystem> _systems = new(StringComparer.Ordinal);
    private InMemoryJournal? _journal;

    protected abstract TimeProvider Clock { get; }

    protected abstract IRuntimeScheduler Scheduler { get; }

    /// <summary>How late a message on a slow line is.</summary>
    protected abstract TimeSpan Slowness { get; }

    /// <summary>A node's end of the lines; what comes for the node is handed over.</summary>
    protected abstract ValueTask<IClusterTransport> JoinAsync(string node, Action<ClusterMessage> receive);

    /// <summary>The node's process has died: nobody answers in its place.</summary>
    protected abstract ValueTask DieAsync(string node);

    /// <summary>Of all lines, from now on.</summary>
    protected abstract void Disturb(LineDisturbance disturbance);

    /// <summary>Lets time pass until something holds; fails when it does not come to hold.</summary>
    protected abstract Task PassUntilAsync(Func<bool> holds, string what);

    /// <summary>Does something to its end while time passes.</summary>
    protected abstract Task<T> RunAsync<T>(Func<Task<T>> work);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_journal is not null)
            await _journal.DisposeAsync();
    }

    public static TheoryData<LineDisturbance> Disturbances => [.. Enum.GetValues<LineDisturbance>()];

    [Fact]
    public async Task Message_ReachesTheNodeItIsFor_AsItWasSent_AndNoOther()
    {
        var (one, two, three) = (new Inbox(), new Inbox(), new Inbox());
        var sender = await JoinAsync("one.1", one.Take);
        await JoinAsync("two.1", two.Take);
        await JoinAsync("three.1", three.Take);
        ClusterMessage[] messages =
        [
            new("one.1", "ledger/a", null, new Credit(7), "ledger/b"), new("one.1", "ledger/a", null, new Credit(8), null, 3),
            new("one.1", null, 12, new LedgerState(5, [])), new("one.1", null, null, LeasesChanged.Instance),
        ];

        foreach (var message in messages)
            sender.Send("two.1", message);
        await PassUntilAsync(() => two.Count == messages.Length, "all have come");

        foreach (var message in messages)
        {
            // Lists in records are compared by reference, so by their words.
            two.All.Select(come => $"{come with { Content = "" }} {come.Content.GetType()} {(come.Content as Credit)?.Amount} {(come.Content as LedgerState)?.Sum}")
                .ShouldContain($"{message with { Content = "" }} {message.Content.GetType()} {(message.Content as Credit)?.Amount} {(message.Content as LedgerState)?.Sum}");
        }

        (one.Count + three.Count).ShouldBe(0);
    }

    [Fact]
    public async Task Message_ToANodeThatIsUnknownOrDead_IsLostWithoutAWord_AndHoldsUpNoOther()
    {
        var (dead, alive) = (new Inbox(), new Inbox());
        var sender = await JoinAsync("one.1", _ => { });
        await JoinAsync("two.1", dead.Take);
        await JoinAsync("three.1", alive.Take);
        await DieAsync("two.1");

        sender.Send("two.1", Word(1));
        sender.Send("nobody.1", Word(2));
        sender.Send("three.1", Word(3));

        await PassUntilAsync(() => alive.Count == 1, "the living node has its message");
        dead.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Message_ForADeadProcess_IsNotGivenToItsSuccessor()
    {
        var successor = new Inbox();
        var sender = await JoinAsync("one.1", _ => { });
        await JoinAsync("two.1", _ => { });
        await DieAsync("two.1");
        await JoinAsync("two.2", successor.Take);

        sender.Send("two.1", Word(1));
        sender.Send("two.2", Word(2));

        await PassUntilAsync(() => successor.Count > 0, "the successor has its message");
        successor.All.ShouldHaveSingleItem().Content.ShouldBe(new Credit(2));
    }

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task ReliableMessages_WhateverTheLinesDo_TakeEffectOnceEach(LineDisturbance disturbance)
    {
        await StartAsync();
        Disturb(disturbance);
        foreach (var ledger in Ledgers.Take(3))
        {
            foreach (var receiver in Ledgers.Skip(3))
                SystemOf(ledger).Entity($"ledger/{ledger}").Tell(new SendTo($"ledger/{receiver}", 7));
        }

        await PassUntilAsync(() => Sent().Count == 3 * (Ledgers.Length - 3) && Received().Count >= Sent().Count, "every message has taken effect");
        Disturb(LineDisturbance.None);
        await PassUntilAsync(() => Outbox() == 0, "all are confirmed");

        Received().Order(StringComparer.Ordinal).ShouldBe(Sent().Order(StringComparer.Ordinal), "each once, at the ledger it was for");
    }

    [Fact]
    public async Task Answer_ThatComesTooLate_IsNotTakenForTheAnswerToAnotherQuestion()
    {
        await StartAsync();
        var asker = _systems.Values.First(system => system != SystemOf("a"));
        (await StateAsync(asker)).Sum.ShouldBe(0);
        Disturb(LineDisturbance.Slow);
        await Should.ThrowAsync<TimeoutException>(() => RunAsync(
            () => asker.Entity("ledger/a").AskAsync<PersistResult>(new Add(3), Slowness / 10).AsTask()));
        Disturb(LineDisturbance.None);

        // Of another type: an answer to the first question would not pass for it.
        (await StateAsync(asker)).Amounts.Count.ShouldBeLessThanOrEqualTo(1);
        await PassUntilAsync(() => Amounts("a").Count == 1, "the slow request has come");
        (await StateAsync(asker)).Sum.ShouldBe(3);
    }

    /// <summary>A question may be lost, as while the entity moves; it is asked again then.</summary>
    private async Task<LedgerState> StateAsync(ActorSystem asker)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunAsync(() => asker.Entity("ledger/a").AskAsync<LedgerState>(new GetLedger(), 2 * Slowness).AsTask());
            }
            catch (TimeoutException) when (attempt < 5)
            {
            }
        }
    }

    private static ClusterMessage Word(long number) => new("one.1", "ledger/a", null, new Credit(number));

    private async Task StartAsync()
    {
        var leases = new InMemoryLeaseStore(Clock, TimeSpan.FromSeconds(15));
        _journal = new InMemoryJournal(id => leases.EpochOf(id.Split('/')[0], ShardPlacement.ShardOf(id.Split('/')[1])));
        foreach (var node in Nodes)
        {
            ClusterMember? member = null;
            var transport = await JoinAsync(node, message => member?.Receive(message));
            member = new ClusterMember(new NodeDescription(node), leases, transport, Clock, new ClusterSettings { HeartbeatInterval = TimeSpan.FromSeconds(1) });
            var system = new ActorSystem(new ActorSystemOptions { Scheduler = Scheduler, Seed = 1, Cluster = member });
            var engine = new PersistenceEngine(_journal, LedgerActor.CreateCatalog(), member.EpochOf);
            system.RegisterEntity("ledger", name => new Props(() => new LedgerActor(engine, $"ledger/{name}", 0)), () => Ledgers);
            system.Spawn(new Props(() => new DeliveryActor(engine, system.Entity)), "delivery");
            _systems.Add(node, system);
        }

        await PassUntilAsync(
            () => Ledgers.All(ledger => _systems.Values.Count(system => system.Find($"/user/ledger/{ledger}") is not null) == 1)
                && _systems.Values.Count(system => Ledgers.Any(ledger => system.Find($"/user/ledger/{ledger}") is not null)) > 1,
            "every ledger runs on one node, and not all on the same");
    }

    private ActorSystem SystemOf(string ledger) => _systems.Values.Single(system => system.Find($"/user/ledger/{ledger}") is not null);

    private List<string> Sent() => Rows(Ledgers.Take(3)).OfType<Sent>().Select(sent => $"{sent.Receiver} {sent.Amount}").ToList();

    private List<string> Received() =>
        [.. Ledgers.Skip(3).SelectMany(ledger => Amounts(ledger).Select(amount => $"ledger/{ledger} {amount}"))];

    private List<long> Amounts(string ledger) => [.. Rows([ledger]).OfType<Added>().Select(added => added.Amount)];

    private List<object> Rows(IEnumerable<string> ledgers)
    {
        var catalog = LedgerActor.CreateCatalog();
        return [.. ledgers.SelectMany(ledger => Now(_journal!.ReadAsync($"ledger/{ledger}", 1, CancellationToken.None).ToListAsync().AsTask()))
            .Select(row => catalog.Deserialize(row.EventName, row.EventVersion, row.Payload))];
    }

    private int Outbox() => Now(_journal!.ReadOutboxAsync(0, 100, CancellationToken.None)).Count;

#pragma warning disable VSTHRD002 // The journal in memory has answered when it returns.
    private static T Now<T>(Task<T> answered) => answered.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    private sealed class Inbox
    {
        private readonly Lock _gate = new();
        private readonly List<ClusterMessage> _all = [];

        public int Count => All.Count;

        public IReadOnlyList<ClusterMessage> All
        {
            get
            {
                lock (_gate)
                    return [.. _all];
            }
        }

        public void Take(ClusterMessage message)
        {
            lock (_gate)
                _all.Add(message);
        }
    }
}
