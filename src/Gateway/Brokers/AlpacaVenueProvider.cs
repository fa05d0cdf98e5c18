using Rebalancer.Domain.Common.Input;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>Opens accounts at Alpaca, <c>alpaca:paper</c> or <c>alpaca:live</c>.</summary>
/// <param name="clock">The wall's.</param>
/// <param name="paperBooks">As <see cref="BrokerProviders.All"/> takes it.</param>
public sealed class AlpacaVenueProvider(BrokersProcess brokers, TimeProvider clock, string? paperBooks = null) : IVenueProvider
{
    private const string Paper = "paper";

    private static readonly (string Word, int Meaning)[] Feeds = [("iex", 0), ("sip", 1), ("delayed_sip", 2), ("boats", 3), ("overnight", 4)];

    /// <summary>Two hundred requests a minute, of which orders must leave some to queries.</summary>
    private static readonly VenueCapabilities Capabilities = new(
        "alpaca", "broker", FindsByClientId: true, ReportsTransfers: true, SupportsMarketOrders: true, SubmitsPerSecond: 2);

    public string Name => "alpaca";

    public void Check(VenueAccount account, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(errors);
        BrokerSettings.Variant(account, [Paper, "live"], errors);
        BrokerSettings.RequireCredentials(account, ["apiKey", "secret"], errors);
        BrokerSettings.CheckWebEndpoint(account, errors);
        ReadOptions(account, errors);
    }

    /// <summary>Eleven thousand, which only Alpaca can name.</summary>
    public IReadOnlyList<string>? AssetsOf(VenueAccount account) => null;

    public IVenue Open(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var errors = new InputErrors();
        var allowsWithdrawalKey = ReadOptions(account, errors);
        errors.ThrowIfAny(account.Id);
        var isPaper = account.Venue.EndsWith(":" + Paper, StringComparison.Ordinal);
        var venue = new BrokerVenue(brokers, BrokerAccount.Of(account, isPaper, allowsWithdrawalKey), Capabilities, clock);
        return BrokerProviders.ForMode(venue, isPaper, account, paperBooks, clock);
    }

    /// <returns>Whether a key is accepted whose permissions cannot be read, which at Alpaca is every one.</returns>
    private static bool ReadOptions(VenueAccount account, InputErrors errors)
    {
        var options = BrokerSettings.Options(account, errors);
        _ = options.Choice("feed", Feeds);
        _ = options.Flag("crypto");
        var allows = options.Flag(KeyPermissions.Override) ?? false;
        options.RejectUnknown();
        return allows;
    }
}
