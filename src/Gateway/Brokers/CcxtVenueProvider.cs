using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>Opens accounts at every exchange of ccxt, <c>ccxt:kraken</c> and so on.</summary>
/// <param name="clock">The wall's.</param>
/// <param name="paperBooks">As <see cref="BrokerProviders.All"/> takes it.</param>
public sealed class CcxtVenueProvider(BrokersProcess brokers, TimeProvider clock, string? paperBooks = null) : IVenueProvider
{
    /// <summary>Option by which the account's owner says that its endpoint is a test venue, not a way to the live one.</summary>
    private const string EndpointIsSandbox = "endpointIsSandbox";

    public string Name => "ccxt";

    public void Check(VenueAccount account, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(errors);
        if (Exchange(account) is { } exchange)
        {
            BrokerSettings.RequireCredentials(account, exchange.Credentials, errors);
        }
        else
        {
            var id = account.Venue.Split(':', 2).ElementAtOrDefault(1) ?? "";
            errors.Add(
                account.Line, account.Path + ".venue", $"\"{account.Venue}\" is no exchange of ccxt with spot markets",
                $"did you mean \"ccxt:{NearestName.Of(id, CcxtExchange.All.Keys)}\"?");
        }

        BrokerSettings.CheckWebEndpoint(account, errors);
        ReadOptions(account, errors);
    }

    /// <summary>Hundreds, which only the exchange can name.</summary>
    public IReadOnlyList<string>? AssetsOf(VenueAccount account) => null;

    public IVenue Open(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var errors = new InputErrors();
        var (allowsWithdrawalKey, endpointIsSandbox) = ReadOptions(account, errors);
        errors.ThrowIfAny(account.Id);
        var exchange = Exchange(account) ?? throw new InvalidOperationException($"{account.Path}: \"{account.Venue}\" is no exchange of ccxt.");

        // Without a sandbox the live exchange is read, and orders are filled on paper; nothing is sent there unless the mode is live.
        var sandbox = account.Mode == TradingMode.Paper && (exchange.HasSandbox || endpointIsSandbox);
        var capabilities = new VenueCapabilities(
            exchange.Id, "exchange", exchange.FindsByClientId, sandbox ? exchange.SandboxReportsTransfers : exchange.ReportsTransfers, exchange.SupportsMarketOrders,
            exchange.SubmitsPerSecond, exchange.SupportsImmediateOrCancel, exchange.SupportsGoodTilDate);
        var venue = new BrokerVenue(brokers, BrokerAccount.Of(account, sandbox, allowsWithdrawalKey), capabilities, clock);
        return BrokerProviders.ForMode(venue, sandbox, account, paperBooks, clock);
    }

    private static CcxtExchange? Exchange(VenueAccount account) => CcxtExchange.All.GetValueOrDefault(account.Venue.Split(':', 2).ElementAtOrDefault(1) ?? "");

    private static (bool AllowsWithdrawalKey, bool EndpointIsSandbox) ReadOptions(VenueAccount account, InputErrors errors)
    {
        var options = BrokerSettings.Options(account, errors);
        if (options.Number("requestsPerSecond") is <= 0)
        {
            options.Report("requestsPerSecond", "must be more than zero", "give the rate your account has at the exchange, or remove it");
        }

        var endpointIsSandbox = options.Flag(EndpointIsSandbox) ?? false;
        if (endpointIsSandbox && account.Endpoint is null)
        {
            options.Report(EndpointIsSandbox, "is said of an account without endpoint", "add \"endpoint\", or remove it");
        }

        var allows = options.Flag(KeyPermissions.Override) ?? false;
        options.RejectUnknown();
        return (allows, endpointIsSandbox);
    }
}
