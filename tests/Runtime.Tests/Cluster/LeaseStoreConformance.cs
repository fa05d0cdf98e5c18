using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Runtime.Tests.Cluster;

/// <summary>What every store of leases shared by nodes must do. A derived class says how to make one and how a node's life ends in it.</summary>
public abstract class LeaseStoreConformance : IAsyncLifetime
{
    private const string Accounts = "account";
    private const int Shard = 3;

    protected ILeaseStore Leases { get; set; } = null!;

    /// <summary>What a heartbeat grants in the store under test.</summary>
    protected abstract TimeSpan TimeToLive { get; }

    /// <summary>Makes a fresh, empty store.</summary>
    protected abstract ValueTask<ILeaseStore> CreateAsync();

    /// <summary>Lets the node's life run out, as time would, and no other's.</summary>
    protected abstract Task ExpireAsync(string nodeId);

    public async ValueTask InitializeAsync() => Leases = await CreateAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Heartbeat_GrantsTheTimeToLiveAndListsTheNode()
    {
        var two = new NodeDescription("two", "https://two:5443", "1.2", 3);
        (await Leases.HeartbeatAsync(two, CancellationToken.None)).ShouldBe(new NodeLease("two", TimeToLive));
        await BeatAsync("one");
        var nodes = await Leases.ListNodesAsync(CancellationToken.None);
        nodes.Select(node => node.Node).ShouldBe([new NodeDescription("one"), two]);
        nodes.ShouldAllBe(node => node.Remaining > TimeSpan.Zero && node.Remaining <= TimeToLive);
    }

    [Fact]
    public async Task ListNodes_LeavesOutWhoseLifeEndedOrWhoLeft()
    {
        await BeatAsync("one", "two", "three");
        await ExpireAsync("one");
        await Leases.LeaveAsync("two", CancellationToken.None);
        (await LivingAsync()).ShouldBe(["three"]);
        await BeatAsync("one");
        (await LivingAsync()).ShouldBe(["one", "three"]);
    }

    [Fact]
    public async Task Acquire_WhileTheOwnerLives_IsRefused()
    {
        await BeatAsync("one", "two");
        (await AcquireAsync("one")).ShouldBe(new ShardLease(Accounts, Shard, "one", 1));
        (await AcquireAsync("two")).ShouldBeNull();
    }

    [Fact]
    public async Task Acquire_OfWhatOneHolds_KeepsItsEpoch()
    {
        await BeatAsync("one");
        await AcquireAsync("one");
        (await AcquireAsync("one"))!.Epoch.ShouldBe(1, "asking again must not fence one's own appends");
    }

    [Fact]
    public async Task Acquire_WithoutALife_IsRefused()
    {
        (await AcquireAsync("one")).ShouldBeNull("a node takes nothing before its first heartbeat");
        await BeatAsync("one");
        await ExpireAsync("one");
        (await AcquireAsync("one")).ShouldBeNull("nor after its last");
    }

    [Fact]
    public async Task Acquire_AfterTheOwnerExpired_RaisesTheEpochEachTime()
    {
        await BeatAsync("one", "two");
        await AcquireAsync("one");
        await ExpireAsync("one");
        (await AcquireAsync("two")).ShouldBe(new ShardLease(Accounts, Shard, "two", 2));
        await BeatAsync("one");
        await ExpireAsync("two");
        (await AcquireAsync("one")).ShouldBe(new ShardLease(Accounts, Shard, "one", 3));
    }

    [Fact]
    public async Task Acquire_ByManyAtOnce_HasOneWinner()
    {
        string[] nodes = ["a", "b", "c", "d", "e", "f"];
        await BeatAsync(nodes);
        var answers = await Task.WhenAll(nodes.Select(node => AcquireAsync(node)));
        answers.OfType<ShardLease>().ShouldHaveSingleItem().Epoch.ShouldBe(1);
    }

    [Fact]
    public async Task Release_LetsAnotherNodeIn_AndAStaleReleaseDoesNothing()
    {
        await BeatAsync("one", "two");
        var first = await AcquireAsync("one");
        await Leases.ReleaseAsync([first!], CancellationToken.None);
        (await Leases.ListAsync(Accounts, CancellationToken.None)).ShouldBe([new ShardLease(Accounts, Shard, null, 1)]);
        (await AcquireAsync("two"))!.Epoch.ShouldBe(2);
        await Leases.ReleaseAsync([first!], CancellationToken.None);
        (await Leases.ListAsync(Accounts, CancellationToken.None)).ShouldBe([new ShardLease(Accounts, Shard, "two", 2)]);
    }

    [Fact]
    public async Task Acquire_OfSeveral_TakesThoseNobodyAliveHolds()
    {
        await BeatAsync("one", "two");
        await AcquireAsync("one", shard: 2);

        var taken = await Leases.AcquireAsync("two", [(Accounts, 1), (Accounts, 2), ("portfolio", 2)], CancellationToken.None);

        taken.OrderBy(lease => (lease.EntityType, lease.Shard)).ShouldBe([new ShardLease(Accounts, 1, "two", 1), new ShardLease("portfolio", 2, "two", 1)]);
    }

    [Fact]
    public async Task Release_OfSeveral_PassesOverThoseLostMeanwhile()
    {
        await BeatAsync("one");
        var leases = await Leases.AcquireAsync("one", [(Accounts, 1), (Accounts, 2)], CancellationToken.None);
        await ExpireAsync("one");
        await BeatAsync("two");
        await AcquireAsync("two", shard: 2);

        await Leases.ReleaseAsync(leases, CancellationToken.None);

        (await Leases.ListAsync(Accounts, CancellationToken.None)).Select(lease => (lease.Shard, lease.Owner)).ShouldBe([(1, null), (2, "two")]);
    }

    [Fact]
    public async Task Leases_OfOtherShardsAndTypes_AreApart()
    {
        await BeatAsync("one", "two");
        await AcquireAsync("one");
        (await AcquireAsync("two", Accounts, Shard + 1))!.Owner.ShouldBe("two");
        (await AcquireAsync("two", "portfolio", Shard))!.Owner.ShouldBe("two");
        (await Leases.ListAsync(Accounts, CancellationToken.None)).Select(lease => (lease.Shard, lease.Owner)).ShouldBe([(Shard, "one"), (Shard + 1, "two")]);
        (await Leases.ListAsync("portfolio", CancellationToken.None)).ShouldHaveSingleItem().Owner.ShouldBe("two");
    }

    [Fact]
    public async Task Acquire_OfWhatANodeOfALaterFormatOwned_IsRefusedToAnEarlierOne()
    {
        await Leases.HeartbeatAsync(new NodeDescription("old", Format: 1), CancellationToken.None);
        await Leases.HeartbeatAsync(new NodeDescription("new", Format: 2), CancellationToken.None);
        var first = await AcquireAsync("old");
        first!.Format.ShouldBe(1);
        await Leases.ReleaseAsync([first], CancellationToken.None);
        var second = await AcquireAsync("new");
        second!.Format.ShouldBe(2);
        await Leases.ReleaseAsync([second], CancellationToken.None);
        (await AcquireAsync("old")).ShouldBeNull("it may not be able to read what the new one stored");
        (await AcquireAsync("new")).ShouldNotBeNull();
    }

    private async Task<IEnumerable<string>> LivingAsync() =>
        (await Leases.ListNodesAsync(CancellationToken.None)).Select(node => node.Id);

    private async Task BeatAsync(params string[] nodes)
    {
        foreach (var node in nodes)
        {
            await Leases.HeartbeatAsync(new NodeDescription(node), CancellationToken.None);
        }
    }

    private async Task<ShardLease?> AcquireAsync(string node, string entityType = Accounts, int shard = Shard) =>
        (await Leases.AcquireAsync(node, [(entityType, shard)], CancellationToken.None)).SingleOrDefault();
}
