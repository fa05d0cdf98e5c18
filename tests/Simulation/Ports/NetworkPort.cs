using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Ports;

/// <summary>The network between processes: late, lossy, repeating, and at times parted. What goes over it goes in the form it has on the wire.</summary>
internal sealed class NetworkPort(ClusterWorld world, string machine) : IClusterTransport
{
    private static readonly ClusterWire Wire = ClusterMessages.CreateWire();
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(2);

    public void Send(string node, ClusterMessage message)
    {
        var receiver = node.Split('.')[0];
        var link = $"{machine}-{receiver}";
        if (world.Faults.Strikes(FaultKind.MessageLost, link))
            return;
        var form = Wire.Write(message);
        if (world.Faults.Strikes(FaultKind.MessageRepeated, link))
            Carry(node, form, world.Faults.Seconds(FaultKind.MessageRepeated, link, 0.01, 10));
        Carry(node, form, world.Faults.Strikes(FaultKind.MessageLate, link) ? world.Faults.Seconds(FaultKind.MessageLate, link, 0.05, 5) : Usual);
    }

    private void Carry(string node, WireMessage message, TimeSpan delay) => world.Clock.CreateTimer(
        _ =>
        {
            if (!world.IsParted(machine, node.Split('.')[0]) && world.FindProcess(node) is { } receiver)
                receiver.Process.Enqueue(() => receiver.Member.Receive(Wire.Read(message)));
        },
        null, delay, Timeout.InfiniteTimeSpan);
}
