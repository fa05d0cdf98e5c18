using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// Stands at the address of an account or portfolio that is no longer configured. What is sent there is told of and dropped; a reliable message
/// is confirmed, or the outbox would deliver it for ever. Nothing is lost by it: trade commands expire, and their sender does not wait past that.
/// </summary>
internal sealed class UnconfiguredEntity(string entity) : Actor
{
    protected override ValueTask ReceiveAsync(object message)
    {
        var delivery = message as ReliableDelivery;
        Context.Log.LogWarning(
            "{Entity} is not in the settings; a {Message} for it is dropped", entity, (delivery?.Payload ?? message).GetType().Name);
        if (delivery is not null)
        {
            Context.Sender.Tell(new ReliableReceived(entity, delivery.Sender, delivery.Sequence), Context.Self);
        }

        return ValueTask.CompletedTask;
    }
}
