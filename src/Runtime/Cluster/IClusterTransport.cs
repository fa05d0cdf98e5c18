namespace Rebalancer.Runtime.Cluster;

/// <summary>
/// Carries messages between nodes. It promises nothing: a message may be lost, repeated, late or out of order, and sending never throws.
/// What must arrive goes through the outbox; this carries questions, answers and news that will come again.
/// </summary>
public interface IClusterTransport
{
    /// <summary>Sends towards a node, whose <see cref="ClusterMember.Receive"/> takes it in.</summary>
    void Send(string node, ClusterMessage message);
}

/// <param name="From">Sending node.</param>
/// <param name="Entity">Receiving entity as type/id; null for an answer or a word to the node itself.</param>
/// <param name="AnswerTo">The question, as numbered by the receiving node, that <paramref name="Content"/> answers.</param>
/// <param name="SenderEntity">Whom an answer goes to when the sender is an entity.</param>
/// <param name="SenderQuestion">The sender's number for the question when it is not an entity and expects an answer.</param>
public sealed record ClusterMessage(
    string From, string? Entity, long? AnswerTo, object Content, string? SenderEntity = null, long? SenderQuestion = null);

/// <summary>A word from node to node: leases have changed, do not wait for the next heartbeat.</summary>
public sealed record LeasesChanged
{
    public static LeasesChanged Instance { get; } = new();
}
