using Rebalancer.Domain.Portfolios;
using Rebalancer.Venues;
using Rebalancer.Venues.Paper;

namespace Rebalancer.Gateway.Brokers;

/// <summary>The venues that are reached through the brokers process.</summary>
public static class BrokerProviders
{
    /// <param name="brokers">Started by the first account that needs it.</param>
    /// <param name="clock">The wall's.</param>
    /// <param name="paperBooks">Directory of the books of accounts on paper; without it such accounts are read only.</param>
    public static IReadOnlyList<IVenueProvider> All(BrokersProcess brokers, TimeProvider clock, string? paperBooks = null) =>
        [new AlpacaVenueProvider(brokers, clock, paperBooks), new CcxtVenueProvider(brokers, clock, paperBooks), new IbkrVenueProvider(brokers, clock)];

    /// <summary>
    /// The account's venue as its mode wants it: in mode paper an account whose venue is live is filled by the simulator at the live prices.
    /// The live venue beneath refuses to send in any mode but live.
    /// </summary>
    internal static IVenue ForMode(IVenue venue, bool sandbox, VenueAccount account, string? paperBooks, TimeProvider clock) =>
        account.Mode == TradingMode.Paper && !sandbox && paperBooks is not null
            ? new PaperVenue(venue, account.Id, Path.Combine(paperBooks, $"paper-{account.Id}.jsonl"), clock)
            : venue;
}
