using Rebalancer.Domain.Common;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Venues;
using Rebalancer.Venues.Tests.Conformance;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>A venue whose emulator keeps a book, which knows nothing of the product.</summary>
public abstract class BookUnderTest : VenueUnderTest
{
    public override DateTimeOffset Since { get; } = TimeProvider.System.GetUtcNow().AddMinutes(-5);

    protected abstract Book Book { get; }

    protected abstract EmulatorFaults Faults { get; }

    /// <summary>Names in the book.</summary>
    protected abstract string Account { get; }

    protected abstract string Symbol { get; }

    protected abstract string QuoteInBook { get; }

    /// <summary>What of a request's name tells an order.</summary>
    protected abstract string PlaceRequest { get; }

    public override IReadOnlyList<SendFault> SendFaults =>
    [
        Send(EmulatorFault.DisconnectBefore, arrives: false), Send(EmulatorFault.DisconnectAfter), Send(EmulatorFault.HangAfter),
        Send(EmulatorFault.ServerErrorBefore, arrives: false), Send(EmulatorFault.ServerErrorAfter), Send(EmulatorFault.Truncated), Send(EmulatorFault.Html),
    ];

    public override IReadOnlyList<QueryFault> QueryFaults =>
    [
        Query(EmulatorFault.DisconnectBefore, VenueErrorKind.Unavailable), Query(EmulatorFault.ServerErrorBefore, VenueErrorKind.Unavailable),
        Query(EmulatorFault.Html, VenueErrorKind.Malformed), Query(EmulatorFault.Truncated, VenueErrorKind.Malformed),
        Query(EmulatorFault.TooManyRequests, VenueErrorKind.RateLimited),
    ];

    public override Task<IReadOnlyList<BookedOrder>> ReadBookAsync() => Task.FromResult<IReadOnlyList<BookedOrder>>(
        [.. Book.Orders().Select(order => new BookedOrder(order.Request.ClientId, order.Request.Quantity, order.Filled, order.Status == BookStatus.Open))]);

    public override Task ComeToBuyerAsync(decimal price)
    {
        Book.SetQuote(Symbol, price - 1, price);
        return Task.CompletedTask;
    }

    public override Task DepositAsync(IVenue venue, decimal amount)
    {
        Book.Transfer(Account, "deposit", QuoteInBook, amount);
        return Task.CompletedTask;
    }

    /// <summary>429; the ban that follows it has a test of its own.</summary>
    public override Task ExceedRateAsync(IVenue venue)
    {
        Faults.Plan(PlaceRequest, EmulatorFault.TooManyRequests);
        return Task.CompletedTask;
    }

    public override void Skew(TimeSpan by) => Faults.ClockSkew = by;

    public override Task EndFaultsAsync(IVenue venue)
    {
        Faults.Clear();
        return Task.CompletedTask;
    }

    protected SendFault Send(EmulatorFault fault, bool arrives = true) => new(fault.ToString(), arrives, _ =>
    {
        Faults.Plan(PlaceRequest, fault);
        return Task.CompletedTask;
    });

    private QueryFault Query(EmulatorFault fault, VenueErrorKind kind) => new(fault.ToString(), kind, _ =>
    {
        Faults.Plan("", fault, times: 1000);
        return Task.CompletedTask;
    });
}
