using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Journals;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>The judge must find what it is there to find, or its silence proves nothing.</summary>
public sealed class BookAgainstJournalTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 10, 14, 0, 0, TimeSpan.Zero);
    private static readonly MarketId Btc = new("BTC", "USD");
    private static readonly OrderRequest Request = new("rbaaaaaaaaaaaaaaaa", Btc, TradeSide.Buy, OrderType.Limit, 0.5m, 60_000);
    private static readonly OrderAccepted Accepted = new("a", At, 1, Request, new OrderTerms("USD", 30_030, "USD", 0, 0, 0, 0));
    private static readonly OrderExecuted Executed = new("a", At, 1, 2, 0.5m, 60_000, 30, "USD", null);

    private static readonly JournalRow Armed = Row(1, "order-armed", new OrderArmed(
        At, "d1/a/0", Request, SizeLimit.None, new Reservation("USD", 30_030), At, At, At, new Quote(Btc, 59_990, 60_000, At)));

    private static readonly JournalRow Booked = Row(2, "fill-booked", new FillBooked(
        At, "d1/a/0", new VenueFill("2", "S1", Request.ClientOrderId, Btc, TradeSide.Buy, 0.5m, 60_000, 30, "USD", At)));

    [Fact]
    public void Compare_OfABookThatAgrees_FindsNothing_AndCountsTheKillBetween()
    {
        var comparison = BookAgainstJournal.Compare(Book(Accepted, Executed), [Armed, Booked]);

        comparison.Violations.ShouldBeEmpty();
        (comparison.Orders, comparison.Fills, comparison.CaughtBetweenSendAndAnswer).ShouldBe((1, 1, 1));
        BookAgainstJournal.Compare(Book(Accepted, Executed), [Armed, Booked with { Epoch = 1 }]).CaughtBetweenSendAndAnswer.ShouldBe(0);
    }

    [Fact]
    public void Compare_OfAnOrderSentTwice_FindsIt() =>
        Violations(Book(Accepted, Accepted with { Number = 5 }, Executed), Armed, Booked).ShouldContain(line => line.Contains("has 2 orders"));

    [Fact]
    public void Compare_OfAnIntentArmedTwice_FindsIt() =>
        Violations(Book(Accepted, Executed), Armed, Armed, Booked).ShouldContain(line => line.Contains("armed d1/a/0 2 times"));

    [Fact]
    public void Compare_OfAnOrderWithoutPermit_FindsIt() =>
        Violations(Book(Accepted)).ShouldContain(line => line.Contains("has 0 permits"));

    [Fact]
    public void Compare_OfAnOrderOtherThanItsPermit_FindsIt() =>
        Violations(Book(Accepted with { Order = Request with { Quantity = 0.6m } }), Armed).ShouldContain(line => line.Contains("another order"));

    [Fact]
    public void Compare_OfAFillNotBooked_BookedTwiceOrInvented_FindsIt()
    {
        Violations(Book(Accepted, Executed), Armed).ShouldContain("a trade 2 is booked 0 times, or differently");
        Violations(Book(Accepted, Executed), Armed, Booked, Booked).ShouldContain("a trade 2 is booked 2 times, or differently");
        Violations(Book(Accepted), Armed, Booked).ShouldContain("a trade 2 is booked and not in the venue's book");
    }

    private static IReadOnlyList<string> Violations(IReadOnlyList<BookLine> book, params IReadOnlyList<JournalRow> rows) =>
        BookAgainstJournal.Compare(book, rows).Violations;

    private static IReadOnlyList<BookLine> Book(params IReadOnlyList<BookEvent> events) => [new BookLine.ExchangeEvents("kestrel", events)];

    private static JournalRow Row<T>(long epoch, string name, T payload) =>
        new(epoch, "account/a", epoch, name, 1, CanonicalJson.Write(payload), At, epoch, "w", "c", "c", "", "");
}
