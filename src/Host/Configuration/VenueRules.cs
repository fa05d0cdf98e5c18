using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Host.Hosting;
using Rebalancer.Venues;
using Rebalancer.Venues.Manual;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Configuration;

/// <summary>Lets the providers of venues check what the settings say about an account, without reaching anything.</summary>
internal static class VenueRules
{
    private static readonly HttpClient Unused = new();

    private static readonly BrokersProcess NotStarted = new(TimeProvider.System, NullLogger.Instance);

    private static readonly VenueFactory Venues = new(
    [
        new SimulatedVenueProvider(Unused, () => throw new InvalidOperationException("Checking settings reaches no venue."), TimeProvider.System),
        new ManualVenueProvider(TimeProvider.System),
        .. BrokerProviders.All(NotStarted, TimeProvider.System),
    ]);

    /// <param name="path">Of the account, as <c>accounts[2]</c>.</param>
    public static void Check(AccountConfiguration account, string path, InputErrors errors)
    {
        if (account.Venue.Length > 0)
        {
            Venues.Check(VenueAccounts.DescribeWithoutSecrets(account, path), errors);
        }
    }

    /// <summary>What the account's venue lists; null when only the venue itself can say.</summary>
    public static IReadOnlyList<string>? AssetsOf(AccountConfiguration account) => Venues.AssetsOf(VenueAccounts.DescribeWithoutSecrets(account, account.Id));
}
