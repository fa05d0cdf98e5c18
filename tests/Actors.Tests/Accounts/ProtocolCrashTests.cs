using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>
/// The crash table of the order protocol, row by row: the account dies between two steps, its manager and every answer under way with it, and
/// the next incarnation has the journal and the venue only. A step is a durable event; what lies between two of them (a reading, the send, a
/// cancel) is lost or kept by dying before or after the next event is written.
/// </summary>
public sealed class ProtocolCrashTests
{
    private static readonly SortedDictionary<string, Row> Table = new(StringComparer.Ordinal)
    {
        ["1 ownership taken, nothing journaled: start again"] = new("account-opened", false, e => e is AccountOpened),
        ["1 account opened: read everything again"] = new("account-opened", true, e => e is BalancesReported),
        ["2 balances read, not journaled: discard, read again"] = new("balances-reported", false, e => e is BalancesReported),
        ["2 balances journaled: go on from them"] = new("balances-reported", true, e => e is ExecutionAccepted),
        ["3 intent not journaled: the decision comes again"] = new("intents-planned", false, e => e is ExecutionAccepted),
        ["3 intent journaled: provably unsent, expired"] = new("intents-planned", true, Expires),
        ["4 gates passed, no permit journaled: provably unsent, expired"] = new("order-armed", false, Expires),
        ["5 permit journaled, not sent: unknown"] = new("order-armed", true, e => e is OrderOutcomeUnknown) { Sends = 0 },
        ["6 sent, answer not journaled: unknown, found by evidence"] = new("order-acknowledged", false, e => e is OrderOutcomeUnknown) { Sends = 1 },
        ["7 acknowledged: polled for fills"] = new("order-acknowledged", true, e => e is FillBooked) { Sends = 1 },
        ["8 fill read, not journaled: read again"] = new("fill-booked", false, e => e is FillBooked) { Sends = 1 },
        ["8 fill journaled, cursor not moved: the overlap is absorbed"] = new("fill-booked", true, e => e is FillCursorAdvanced) { Sends = 1 },
        ["8 cursor not journaled: the overlap is absorbed"] = new("fill-cursor-advanced", false, e => e is FillCursorAdvanced),
        ["9 cancel not journaled: decided again"] = new("order-cancel-armed", false, e => e is OrderCancelArmed) { Rests = true, Sends = 1 },
        ["9 cancel journaled, not sent: sent, and asked about"] = new("order-cancel-armed", true, e => e is OrderCancelled) { Rests = true, Sends = 1 },
        ["9 cancelled at the venue, not journaled: found by evidence"] = new("order-cancelled", false, e => e is OrderCancelled) { Rests = true, Sends = 1 },
        ["10 end journaled: reservation kept until balances reflect it"] = new("order-cancelled", true, e => e is ReservationReleased) { Rests = true, Sends = 1 },
        ["10 release not journaled: released from a new reading"] = new("reservation-released", false, e => e is ReservationReleased) { Sends = 1 },
        ["10 released: finished"] = new("reservation-released", true, e => e is ExecutionFinished),
        ["10 not finished: reported once"] = new("execution-finished", false, e => e is ExecutionFinished),
        ["10 finished: nothing left to do"] = new("execution-finished", true, Expected: null),
    };

    public static TheoryData<string> Steps => new(Table.Keys);

    [Theory]
    [MemberData(nameof(Steps))]
    public void Crash_BetweenTwoSteps_RecoversAsTheTableSays(string step)
    {
        var row = Table[step];
        using var world = new AccountWorld();
        world.Journal.IsWritten = row.IsWritten;
        world.Journal.FailOn = request => request.PersistenceId == "account/acc" && request.Events.Any(e => e.Name == row.Event);

        Play(world, row);

        var crashedAt = world.Journal.FailedAfter.ShouldNotBeNull("the step was never reached");
        var after = world.Events().Skip((int)crashedAt).ToList();
        if (row.Expected is { } expected)
        {
            after.ShouldContain(e => expected(e));
        }

        ShouldHoldTheInvariants(world);
        ShouldHaveRecoveredThatOrder(world, row, (int)crashedAt);
    }

    [Fact]
    public void Table_NamesEveryEventOfAnOrdersLife()
    {
        string[] life = ["intents-planned", "order-armed", "order-acknowledged", "fill-booked", "fill-cursor-advanced", "order-cancel-armed", "order-cancelled", "reservation-released", "execution-finished"];
        foreach (var name in life)
        {
            Table.Values.ShouldContain(row => row.Event == name && !row.IsWritten, name);
        }
    }

    private static void Play(AccountWorld world, Row row)
    {
        world.Settle();
        world.Venue.QuoteFactor = row.Rests ? 1.01m : 1;
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        var style = new ExecutionStyle(OrderType.Limit, row.Rests ? 5 : 60, 1, 0.05m, 1_000_000);
        world.Execute(style, AccountWorld.Sell(0.4m));
        world.Simulation.RunFor(TimeSpan.FromSeconds(4));
        world.Venue.QuoteFactor = 1;
        world.Simulation.RunFor(TimeSpan.FromSeconds(4));

        // The outbox delivers a decision again until the account has taken it in.
        world.Execute(style, AccountWorld.Sell(0.4m));
        world.Completion();
        world.Simulation.RunFor(TimeSpan.FromSeconds(60));
    }

    /// <summary>The order of the crash itself: sent at most once, and resolved, never sent again under its id.</summary>
    private static void ShouldHaveRecoveredThatOrder(AccountWorld world, Row row, int crashedAt)
    {
        var before = world.Events().Take(crashedAt).ToList();
        var first = before.OfType<IntentsPlanned>().SelectMany(planned => planned.Orders).FirstOrDefault();
        if (first is null || row.Sends is not { } sends)
        {
            return;
        }

        world.BookedOrders().Count(order => order.ClientOrderId == first.ClientOrderId).ShouldBe(sends);
        world.Replay().Orders[first.IntentId].State.ShouldBe(sends == 0 ? OrderState.NeverArrived : row.Rests ? OrderState.Cancelled : OrderState.Filled);
    }

    private static void ShouldHoldTheInvariants(AccountWorld world)
    {
        var (account, orders, fills) = (world.Replay(), world.BookedOrders(), world.BookedFills());
        orders.Select(order => order.ClientOrderId).ShouldBeUnique();
        world.Venue.Sent.Select(order => order.ClientOrderId).ShouldBeUnique();
        orders.ShouldAllBe(order => account.IntentsByClientId.ContainsKey(order.ClientOrderId!));
        var armed = world.Events().OfType<OrderArmed>().Select(e => e.Request.ClientOrderId).ToList();
        armed.ShouldBeUnique();
        orders.ShouldAllBe(order => armed.Contains(order.ClientOrderId!));
        account.Orders.Values.Sum(order => order.Filled).ShouldBe(fills.Sum(fill => fill.Quantity));
        fills.Sum(fill => fill.Quantity).ShouldBeLessThanOrEqualTo(0.4m);
        world.Events().OfType<FillBooked>().Select(e => Account.FillKey(e.Fill)).ShouldBeUnique();
        account.LiveOrders.ShouldBeEmpty();
        account.Orders.Values.ShouldAllBe(order => order.Reservation == null);
        account.TradingState.ShouldBe(TradingState.Active);
        account.AgreesWithBooks("USD").ShouldBeTrue();
        account.AgreesWithBooks("BTC").ShouldBeTrue();
    }

    private static bool Expires(AccountEvent e) => e is OrderExpired { Reason: "planned before a restart and never sent" };

    /// <param name="Event">Stored name of the event whose append is the account's last.</param>
    /// <param name="IsWritten">Whether that append is durable.</param>
    /// <param name="Expected">What the next incarnation must journal.</param>
    private sealed record Row(string Event, bool IsWritten, Func<AccountEvent, bool>? Expected)
    {
        /// <summary>The order rests until its time is up, instead of filling at once.</summary>
        public bool Rests { get; init; }

        /// <summary>How often the first order may have reached the venue, where the table says it.</summary>
        public int? Sends { get; init; }
    }
}
