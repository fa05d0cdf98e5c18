using Rebalancer.Runtime.Cluster;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Ports;

/// <summary>The network between processes: late, lossy, repeating, and at times parted.</summary>
internal sealed class NetworkPort(ClusterWorld world, string machine) : IClusterTransport
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(2);

    public void Send(string node, ClusterMessage message)
    {
        var receiver = node.Split('.')[0];
        var link = $"{machine}-{receiver}";
        if (world.Faults.Strikes(FaultKind.MessageLost, link))
            return;
        if (world.Faults.Strikes(FaultKind.MessageRepeated, link))
            Carry(node, message, world.Faults.Seconds(FaultKind.MessageRepeated, link, 0.01, 10));
        Carry(node, message, world.Faults.Strikes(FaultKind.MessageLate, link) ? world.Faults.Seconds(FaultKind.MessageLate, link, 0.05, 5) : Usual);
    }

    private void Carry(string node, ClusterMessage message, TimeSpan delay) => world.Clock.CreateTimer(
        _ =>
        {
            if (!world.IsParted(machine, node.Split('.')[0]) && world.FindProcess(node) is { } receiver)
                receiver.Process.Enqueue(() => receiver.Member.Receive(message));
        },
        null, delay, Timeout.InfiniteTimeSpan);
}
