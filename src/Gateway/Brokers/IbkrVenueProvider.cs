using System.Globalization;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>
/// Opens accounts at Interactive Brokers through a TWS or IB Gateway that runs and is logged in; which of its logins that is, paper or live, is
/// the gateway's affair.
/// </summary>
/// <param name="clock">The wall's.</param>
public sealed class IbkrVenueProvider(BrokersProcess brokers, TimeProvider clock) : IVenueProvider
{
    private static readonly (string Word, int Meaning)[] MarketData = [("live", 0), ("delayed", 1)];

    /// <summary>TWS takes fifty messages a second, of which most are queries. It cannot be asked for an order by its reference.</summary>
    private static readonly VenueCapabilities Capabilities = new(
        "ibkr", "broker", FindsByClientId: false, ReportsTransfers: false, SupportsMarketOrders: true, SubmitsPerSecond: 5);

    public string Name => "ibkr";

    public void Check(VenueAccount account, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(errors);
        if (account.Venue != Name)
        {
            errors.Add(account.Line, account.Path + ".venue", $"\"{account.Venue}\" names a variant, which ibkr has not", "write \"ibkr\": paper or live is what the gateway is logged in to");
        }

        BrokerSettings.RequireCredentials(account, [], errors);
        CheckEndpoint(account, errors);
        CheckOptions(account, errors);
    }

    /// <summary>Everything there is, which has no list.</summary>
    public IReadOnlyList<string>? AssetsOf(VenueAccount account) => null;

    public IVenue Open(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);

        // Only the login tells what it is: in mode paper the adapter sends to accounts that are named as paper accounts are, and to no other.
        return new BrokerVenue(brokers, BrokerAccount.Of(account, sandbox: account.Mode == TradingMode.Paper, allowsWithdrawalKey: false), Capabilities, clock);
    }

    private static void CheckEndpoint(VenueAccount account, InputErrors errors)
    {
        if (account.Endpoint is not { } endpoint)
        {
            return;
        }

        var at = endpoint.LastIndexOf(':');
        var isAddress = at > 0 && int.TryParse(endpoint.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536;
        if (!isAddress)
        {
            errors.Add(account.Line, account.Path + ".endpoint", $"\"{endpoint}\" is not an address", "write host and port of TWS or IB Gateway, as \"127.0.0.1:4002\"");
        }
    }

    private static void CheckOptions(VenueAccount account, InputErrors errors)
    {
        var options = BrokerSettings.Options(account, errors);
        _ = options.Text("account");
        _ = options.Text("currency");
        _ = options.Choice("marketData", MarketData);
        if (options.WholeNumber("clientId") is < 0 or > 32_767)
        {
            options.Report("clientId", "must be from 0 to 32767", "give each account of one gateway its own");
        }

        if (options.Number("ticketFee") is < 0)
        {
            options.Report("ticketFee", "must not be negative", "write what an order costs at least");
        }

        var contracts = options.Object("contracts");
        foreach (var member in contracts?.Members ?? [])
        {
            if (contracts!.Object(member.Name) is { } contract)
            {
                _ = (contract.Text("symbol"), contract.Text("exchange"), contract.Text("primaryExchange"), contract.Text("currency"));
                contract.RejectUnknown();
            }
        }

        options.RejectUnknown();
    }
}
