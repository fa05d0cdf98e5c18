using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>The venues that are reached through the brokers process.</summary>
public static class BrokerProviders
{
    /// <param name="brokers">Started by the first account that needs it.</param>
    /// <param name="clock">The wall's.</param>
    public static IReadOnlyList<IVenueProvider> All(BrokersProcess brokers, TimeProvider clock) =>
        [new AlpacaVenueProvider(brokers, clock), new CcxtVenueProvider(brokers, clock), new IbkrVenueProvider(brokers, clock)];
}
