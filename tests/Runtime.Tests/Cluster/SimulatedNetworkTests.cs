using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Cluster;

/// <summary>The network in memory that cluster tests run on.</summary>
public sealed class SimulatedNetworkTests : ClusterTransportConformance
{
    private readonly SimulationScheduler _scheduler = new(3);
    private readonly SimulatedNetwork _network;

    public SimulatedNetworkTests() => _network = new SimulatedNetwork(_scheduler.Clock, Slowness);

    protected override TimeProvider Clock => _scheduler.Clock;

    protected override IRuntimeScheduler Scheduler => _scheduler;

    protected override TimeSpan Slowness => TimeSpan.FromSeconds(10);

    protected override ValueTask<IClusterTransport> JoinAsync(string node, Action<ClusterMessage> receive) =>
        ValueTask.FromResult(_network.Join(node, receive));

    protected override ValueTask DieAsync(string node)
    {
        _network.Leave(node);
        return ValueTask.CompletedTask;
    }

    protected override void Disturb(LineDisturbance disturbance) => _network.Disturbance = disturbance;

    protected override Task PassUntilAsync(Func<bool> holds, string what)
    {
        _scheduler.RunUntil(holds, TimeSpan.FromMinutes(10)).ShouldBeTrue(what);
        return Task.CompletedTask;
    }

    protected override Task<T> RunAsync<T>(Func<Task<T>> work) => Task.FromResult(_scheduler.Run(work));
}
