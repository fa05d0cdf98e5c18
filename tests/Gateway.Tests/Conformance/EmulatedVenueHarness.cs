using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Accounts;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
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

    /// <summary>What may befall a placement, and whether the venue then has the order.</summary>
    public abstract IReadOnlyList<(EmulatorFault Fault, bool Arrives)> SendFaults { get; }

    /// <summary>What may befall a query, and what it is then called.</summary>
    public abstract IReadOnlyList<(EmulatorFault Fault, VenueErrorKind Kind)> QueryFaults { get; }

    /// <summary>Orders the venue refuses: quantity, limit, and the code of the refusal.</summary>
    public abstract IReadOnlyList<(decimal Quantity, decimal Limit, string Code)> Refused { get; }

    /// <summary>Orders that arrived at the venue, refused ones included.</summary>
    public abstract int Placements { get; }

    public abstract Task StartAsync();

    public abstract IVenue Open();

    /// <summary>An account where nobody listens.</summary>
    public abstract IVenue OpenNowhere();

    public abstract void FailNextPlacement(EmulatorFault fault);

    public abstract void FailNextBalances(EmulatorFault fault);

    public abstract void Skew(TimeSpan by);

    public abstract void CloseSession();

    public abstract ValueTask DisposeAsync();

    /// <summary>A port of this machine where nobody listens.</summary>
    protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
