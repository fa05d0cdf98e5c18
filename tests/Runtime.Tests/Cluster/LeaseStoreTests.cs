using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Scheduling;

namespace Rebalancer.Runtime.Tests.Cluster;

public sealed class LeaseStoreTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(15);

    private readonly SimulationScheduler _scheduler = new(1);
    private readonly InMemoryLeaseStore _leases;

    public LeaseStoreTests() => _leases = new InMemoryLeaseStore(_scheduler.Clock, TimeToLive);

    [Fact]
    public async Task Acquire_WhileTheOwnerLives_IsRefused()
    {
        await BeatAsync("one", "two");
        (await AcquireAsync("one")).ShouldBe(new ShardLease("account", 3, "one", 1));
        (await AcquireAsync("two")).ShouldBeNull();
        (await AcquireAsync("one"))!.Epoch.ShouldBe(1, "asking again must not fence one's own appends");
    }

    [Fact]
    public async Task Acquire_AfterTheOwnerExpired_RaisesTheEpoch()
    {
        await BeatAsync("one", "two");
        await AcquireAsync("one");
        _scheduler.RunFor(TimeSpan.FromSeconds(10));
        await BeatAsync("two");
        (await AcquireAsync("two")).ShouldBeNull();
        _scheduler.RunFor(TimeSpan.FromSeconds(5));
        (await AcquireAsync("two")).ShouldBe(new ShardLease("account", 3, "two", 2));
        (await AcquireAsync("one")).ShouldBeNull("a node whose life has ended takes nothing before its next heartbeat");
    }

    [Fact]
    public async Task Release_LetsAnotherNodeIn_AndAStaleReleaseDoesNothing()
    {
        await BeatAsync("one", "two");
        var first = await AcquireAsync("one");
        await _leases.ReleaseAsync(first!, CancellationToken.None);
        (await _leases.ListAsync("account", CancellationToken.None)).ShouldBeEmpty();
        (await AcquireAsync("two"))!.Epoch.ShouldBe(2);
        await _leases.ReleaseAsync(first!, CancellationToken.None);
        (await _leases.ListAsync("account", CancellationToken.None)).ShouldHaveSingleItem().Owner.ShouldBe("two");
    }

    [Fact]
    public async Task Embedded_OwnsEverythingUnderTheJournalsEpoch()
    {
        var leases = new EmbeddedLeaseStore("laptop", 17);
        (await leases.HeartbeatAsync("laptop", CancellationToken.None)).TimeToLive.ShouldBe(Timeout.InfiniteTimeSpan);
        (await leases.TryAcquireAsync("account", 5, "laptop", CancellationToken.None)).ShouldBe(new ShardLease("account", 5, "laptop", 17));
        (await leases.TryAcquireAsync("account", 5, "other", CancellationToken.None)).ShouldBeNull();
        (await leases.ListAsync("account", CancellationToken.None)).Count.ShouldBe(1);
        await Should.ThrowAsync<InvalidOperationException>(() => leases.HeartbeatAsync("other", CancellationToken.None));
    }

    private async Task BeatAsync(params string[] nodes)
    {
        foreach (var node in nodes)
        {
            await _leases.HeartbeatAsync(node, CancellationToken.None);
        }
    }

    private Task<ShardLease?> AcquireAsync(string node) => _leases.TryAcquireAsync("account", 3, node, CancellationToken.None);
}
