namespace Rebalancer.Runtime.Actors;

/// <summary>The address of an actor. Sending never blocks and never throws; what cannot be delivered becomes a dead letter.</summary>
public interface IActorRef
{
    /// <summary>Slash-separated path from the root guardian, such as <c>/user/account/kraken-main/orders/d-17</c>.</summary>
    string Path { get; }

    /// <summary>Puts a message into the actor's mailbox.</summary>
    void Tell(object message, IActorRef? sender = null);
}
