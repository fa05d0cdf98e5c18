using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// Stands at the address of an account or portfolio that is no longer configured. What is sent there is told of and dropped; a reliable message
/// is confirmed, or the outbox would deliver it for ever. Nothing is lost by it: trade commands expire, and their sender does not wait past that.
/// </summary>
/// <param name="grace">For how long nothing is confirmed: an operator may have added the entity on another node a moment ago.</param>
internal sealed class UnconfiguredEntity(string entity, TimeSpan grace) : Actor
{
    private long _since;

    protected override ValueTask PreStartAsync()
    {
        _since = Context.Clock.GetTimestamp();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask ReceiveAsync(object message)
    {
        var delivery = message as ReliableDelivery;
        if (delivery is not null && Context.Clock.GetElapsedTime(_since, Context.Clock.GetTimestamp()) < grace)
        {
            return ValueTask.CompletedTask;
        }

        Context.Log.LogWarning(
            "{Entity} is not in the settings; a {Message} for it is dropped", entity, (delivery?.Payload ?? message).GetType().Name);
        if (delivery is not null)
        {
            Context.Sender.Tell(new ReliableReceived(entity, delivery.Sender, delivery.Sequence), Context.Self);
        }

        return ValueTask.CompletedTask;
    }
}
