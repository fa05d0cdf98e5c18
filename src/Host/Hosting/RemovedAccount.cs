using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Host.Hosting;

/// <summary>Stands at the address of an account that is no longer configured, so that a late message to it is told of rather than a failure.</summary>
internal sealed class RemovedAccount(string id) : Actor
{
    protected override ValueTask ReceiveAsync(object message)
    {
        Context.Log.LogWarning("Account {Account} is not in the settings; a {Message} for it is dropped", id, message.GetType().Name);
        return ValueTask.CompletedTask;
    }
}
