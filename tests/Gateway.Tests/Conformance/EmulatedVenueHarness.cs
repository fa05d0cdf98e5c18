using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Accounts;
using Rebalancer.Emulators.Books;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>An account of an emulated venue, reached through the real client library in the real brokers process.</summary>
public abstract class EmulatedVenueHarness : IAsyncDisposable
{
    private static int _accounts;

    /// <summary>One process for all tests, as for all accounts; it ends with the test run, whose end it sees.</summary>
    protected static BrokersProcess Brokers { get; } = new(TimeProvider.System, NullLogger.Instance);

    /// <summary>
    /// Named as paper accounts are where names tell, and none the beginning of another: Alpaca's is also its key, which is cleaned out of
    /// everything that is said about any account.
    /// </summary>
    public string Account { get; } = $"DU{Interlocked.Increment(ref _accounts):D6}";

    public abstract Book Book { get; }

    public abstract MarketId Market { get; }

    /// <summary>The market's name in the book.</summary>
    public abstract string Symbol { get; }

    /// <summary>Orders the venue refuses: quantity, limit, and the code of the refusal.</summary>
    public abstract IReadOnlyList<(decimal Quantity, decimal Limit, string Code)> Refused { get; }

    /// <summary>Orders that arrived at the venue, refused ones included.</summary>
    public abstract int Placements { get; }

    public abstract Task StartAsync();

    /// <summary>A market quoted 99.99 to 100.01, of which 10 stand at each price, and an account with 100,000 dollars and 20 of the asset.</summary>
    public void Furnish()
    {
        Book.Add(new BookMarket(Symbol, Market.Asset, Market.Quote, 0.01m, 1e-9m, 1e-9m, 1, 0, 10), 99.99m, 100.01m);
        Book.Endow(Account, Market.Quote, 100_000);
        Book.Endow(Account, Market.Asset, 20);
    }

    public abstract IVenue Open();

    /// <summary>An account where nobody listens.</summary>
    public abstract IVenue OpenNowhere();

    public abstract void CloseSession();

    public abstract ValueTask DisposeAsync();

    /// <summary>A port of this machine where nobody listens.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
