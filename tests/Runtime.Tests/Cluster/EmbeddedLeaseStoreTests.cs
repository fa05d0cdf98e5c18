using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Runtime.Tests.Cluster;

/// <summary>The one node of an embedded journal shares its leases with nobody, so the rules of sharing do not concern it.</summary>
public sealed class EmbeddedLeaseStoreTests
{
    [Fact]
    public async Task Embedded_OwnsEverythingUnderTheJournalsEpoch()
    {
        var leases = new EmbeddedLeaseStore(new NodeDescription("laptop"), 17);
        (await leases.HeartbeatAsync(new NodeDescription("laptop"), CancellationToken.None)).TimeToLive.ShouldBe(Timeout.InfiniteTimeSpan);
        (await leases.AcquireAsync("laptop", [("account", 5)], CancellationToken.None)).ShouldBe([new ShardLease("account", 5, "laptop", 17)]);
        (await leases.AcquireAsync("other", [("account", 5)], CancellationToken.None)).ShouldBeEmpty();
        (await leases.ListAsync("account", CancellationToken.None)).Count.ShouldBe(1);
        await Should.ThrowAsync<InvalidOperationException>(() => leases.HeartbeatAsync(new NodeDescription("other"), CancellationToken.None));
    }
}
