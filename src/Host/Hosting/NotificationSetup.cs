using Microsoft.Extensions.Logging;
using Rebalancer.Actors.Accounts;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Notifications;
using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Host.Hosting;

/// <summary>What the settings mean for notifications: a channel for each receiver.</summary>
internal static class NotificationSetup
{
    /// <exception cref="CommandException">A secret is not where the settings say, or not what the receiver's kind takes.</exception>
    public static IEnumerable<NotificationChannel> Create(
        ServiceSettings settings, ClusterMember member, IServiceOperations operations, ServiceMeter meter, ILogger log)
    {
        var receivers = settings.Configuration.Configuration.Notifications;
        for (var index = 0; index < receivers.Count; index++)
        {
            var receiver = receivers[index];
            yield return new NotificationChannel(
                new ChannelSettings($"{receiver.Kind}-{index}", receiver.On), Open(receiver, $"notifications[{index}]", settings), settings.Store.Journal,
                async cancellationToken => (await settings.Store.ReadPositionAsync(cancellationToken)).Offset,
                new EventNotices(StoredEvents.Create()), operations,

                // One node of a cluster owns the roster, and another takes it over when that one dies.
                () => member.Owns(RosterActor.Entity), meter, log);
        }
    }

    private static INotifier Open(NotificationConfiguration receiver, string path, ServiceSettings settings)
    {
        var url = Resolve(receiver.Url, $"{path}.url", settings);
        var secret = receiver.Secret is { } reference ? Resolve(reference, $"{path}.secret", settings) : null;
        try
        {
            return NotifierProviders.Of(receiver.Kind).Open(new NotifierSettings(url, secret, receiver.Timeout, settings.WallClock));
        }
        catch (FormatException failure)
        {
            throw CommandException.BadInput($"{path}.{failure.Message}", failure);
        }
    }

    private static string Resolve(SecretReference reference, string field, ServiceSettings settings) =>
        reference.Resolve(settings.Variables, out var problem) ?? throw CommandException.BadInput($"{field}: {problem}; {SecretReference.Remedy}");
}
