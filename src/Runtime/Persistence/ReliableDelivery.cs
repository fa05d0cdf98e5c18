using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Persistence;

/// <summary>A reliable message on its way; it may arrive more than once.</summary>
/// <param name="Sender">Persistence id of the sending entity.</param>
public sealed record ReliableDelivery(string Sender, long Sequence, string CorrelationId, object Payload) : ICorrelated
{
    internal MessageReceipt Receipt => new(Sender, Sequence);
}

/// <summary>The receiver's answer once the message's effect and receipt are durable.</summary>
public sealed record ReliableReceived(string Receiver, string Sender, long Sequence);
