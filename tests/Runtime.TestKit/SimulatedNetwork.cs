using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Runtime.TestKit;

/// <summary>What the lines between nodes do to messages.</summary>
public enum LineDisturbance
{
    None,

    /// <summary>Every second message is lost.</summary>
    Lossy,

    /// <summary>Every message comes twice, the second time later.</summary>
    Repeating,

    /// <summary>Every second message is overtaken by those behind it.</summary>
    Reordering,

    /// <summary>Messages come, but later than who asks for an answer waits.</summary>
    Slow,
}

/// <summary>A network in memory, on the clock it is given: nodes join under their id, and what is sent to nobody is lost.</summary>
/// <param name="slowness">How late a slow or overtaken message comes.</param>
public sealed class SimulatedNetwork(TimeProvider clock, TimeSpan slowness)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(3);

    private readonly SortedDictionary<string, Action<ClusterMessage>> _nodes = new(StringComparer.Ordinal);
    private long _sent;

    public LineDisturbance Disturbance { get; set; }

    public IClusterTransport Join(string node, Action<ClusterMessage> receive)
    {
        _nodes[node] = receive;
        return new Line(this);
    }

    public void Leave(string node) => _nodes.Remove(node);

    private void Send(string node, ClusterMessage message)
    {
        var isSecond = ++_sent % 2 == 0;
        if (Disturbance == LineDisturbance.Lossy && isSecond)
            return;
        Carry(node, message, Disturbance == LineDisturbance.Slow || (Disturbance == LineDisturbance.Reordering && isSecond) ? slowness : Usual);
        if (Disturbance == LineDisturbance.Repeating)
            Carry(node, message, slowness);
    }

    private void Carry(string node, ClusterMessage message, TimeSpan delay) => clock.CreateTimer(
        _ => _nodes.GetValueOrDefault(node)?.Invoke(message), null, delay, Timeout.InfiniteTimeSpan);

    private sealed class Line(SimulatedNetwork network) : IClusterTransport
    {
        public void Send(string node, ClusterMessage message) => network.Send(node, message);
    }
}
