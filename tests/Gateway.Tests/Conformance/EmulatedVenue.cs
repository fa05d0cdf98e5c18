using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Accounts;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>
/// A venue emulated on loopback and reached as in production: through the maker's own library in the real brokers process. What was sent is
/// compared with the emulator's book, which knows nothing of the product.
/// </summary>
public abstract class EmulatedVenue : IAsyncDisposable
{
    /// <summary>An account with 100,000 of the quote and 2 of the asset.</summary>
    public const string First = "first";

    public const string Second = "second";

    /// <summary>One process for all tests, as for all accounts of a service; it ends with this one.</summary>
    private static readonly BrokersProcess Shared = new(TimeProvider.System, NullLogger.Instance) { FirstPause = TimeSpan.Zero };

    private static int _lastRun;

    private readonly string _run = Interlocked.Increment(ref _lastRun).ToString(CultureInfo.InvariantCulture);
    private readonly List<IVenue> _opened = [];

    public BrokersProcess Brokers { get; init; } = Shared;

    /// <summary>Traded at about 60,000, with a depth of half a unit.</summary>
    public abstract MarketId Btc { get; }

    public abstract Book Book { get; }

    public abstract EmulatorFaults Faults { get; }

    public abstract IReadOnlyList<string> Requests { get; }

    /// <summary>What of a request's method and path tells an order.</summary>
    public abstract string PlaceRequest { get; }

    /// <summary>Names in the emulator's book.</summary>
    public abstract string Symbol { get; }

    public abstract string AssetInBook { get; }

    public abstract string QuoteInBook { get; }

    protected abstract IVenueProvider Provider { get; }

    /// <summary>Starts the emulator with both accounts.</summary>
    public abstract Task StartAsync();

    /// <summary>Opens an account anew.</summary>
    public IVenue Open(string account, Func<VenueAccount, VenueAccount>? change = null)
    {
        var settings = Settings(account) with { Id = $"{account}-{_run}" };
        var venue = Provider.Open(change?.Invoke(settings) ?? settings);
        _opened.Add(venue);
        return venue;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var venue in _opened)
        {
            await venue.DisposeAsync();
        }

        await StopAsync();
    }

    /// <summary>Ends the emulator.</summary>
    public abstract Task StopAsync();

    public abstract VenueAccount Settings(string account);

    protected void Endow(string account)
    {
        Book.Endow(account, QuoteInBook, 100_000);
        Book.Endow(account, AssetInBook, 2);
    }
}
