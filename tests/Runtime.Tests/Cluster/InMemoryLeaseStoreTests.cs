using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Scheduling;

namespace Rebalancer.Runtime.Tests.Cluster;

public sealed class InMemoryLeaseStoreTests : LeaseStoreConformance
{
    private readonly SimulationScheduler _scheduler = new(1);

    protected override TimeSpan TimeToLive => TimeSpan.FromSeconds(15);

    protected override ValueTask<ILeaseStore> CreateAsync() => ValueTask.FromResult<ILeaseStore>(new InMemoryLeaseStore(_scheduler.Clock, TimeToLive));

    protected override async Task ExpireAsync(string nodeId)
    {
        var living = await LivingAsync();
        await BeatAsync(living);
        _scheduler.RunFor(TimeToLive / 2);
        await BeatAsync(living.Where(node => node != nodeId));
        (await LivingAsync()).ShouldContain(nodeId, "half of its time is left");
        _scheduler.RunFor(TimeToLive / 2);
    }

    private async Task<List<string>> LivingAsync() =>
        [.. (await Leases.ListNodesAsync(CancellationToken.None)).Select(node => node.Id)];

    private async Task BeatAsync(IEnumerable<string> nodes)
    {
        foreach (var node in nodes)
        {
            await Leases.HeartbeatAsync(new NodeDescription(node), CancellationToken.None);
        }
    }
}
