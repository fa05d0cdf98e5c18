using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using static Rebalancer.Domain.Orders.OrderState;

namespace Rebalancer.Domain.Tests.Orders;

public sealed class OrderTransitionsTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    // The table of the protocol, written out a second time on purpose.
    public static TheoryData<OrderState, OrderState[]> Rows => new()
    {
        { Planned, [Denied, Expired, SendArmed] },
        { SendArmed, [Working, PartiallyFilled, Filled, Cancelled, Expired, Rejected, NotSent, Unknown] },
        { Unknown, [Working, PartiallyFilled, Filled, Cancelled, Expired, Rejected, NeverArrived, Quarantined] },
        { Working, [PartiallyFilled, Filled, Cancelled, Expired, Rejected, CancelArmed, Unknown] },
        { PartiallyFilled, [PartiallyFilled, Filled, Cancelled, Expired, Rejected, CancelArmed, Unknown] },
        { CancelArmed, [Cancelled, Filled, PartiallyFilled, Expired, Rejected, Working, Unknown] },
        { Quarantined, [Working, PartiallyFilled, Filled, Cancelled, Expired, Rejected, NeverArrived] },
        { Denied, [] },
        { Filled, [] },
        { Cancelled, [] },
        { Expired, [] },
        { Rejected, [] },
        { NotSent, [] },
        { NeverArrived, [] },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void To_WhenTableAllowsIt_MovesAndElseThrows(OrderState from, OrderState[] allowed)
    {
        foreach (var next in Enum.GetValues<OrderState>())
        {
            var order = OrderIn(from);
            if (allowed.Contains(next))
            {
                order.To(next, At, "why").State.ShouldBe(next);
            }
            else
            {
                Should.Throw<InvalidOperationException>(() => order.To(next, At, "why")).Message.ShouldContain($"was {next}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void IsTerminal_ExactlyWhenNothingFollows(OrderState from, OrderState[] allowed)
    {
        OrderTransitions.IsTerminal(from).ShouldBe(allowed.Length == 0);
        OrderTransitions.MayBeLive(from).ShouldBe(allowed.Length > 0 && from != Planned);
    }

    [Theory]
    [InlineData(Filled)]
    [InlineData(Cancelled)]
    [InlineData(Expired)]
    [InlineData(Rejected)]
    [InlineData(NotSent)]
    [InlineData(NeverArrived)]
    [InlineData(Denied)]
    public void Book_WhenTerminal_KeepsStateAndCountsTheFill(OrderState terminal)
    {
        var booked = OrderIn(terminal).Book(Fill(0.4m), At);

        booked.State.ShouldBe(terminal);
        booked.Filled.ShouldBe(0.4m);
        booked.Fills.ShouldBe(1);
    }

    [Theory]
    [InlineData(SendArmed)]
    [InlineData(Unknown)]
    [InlineData(Working)]
    [InlineData(PartiallyFilled)]
    [InlineData(Quarantined)]
    public void Book_WhenLive_BecomesPartiallyThenWhollyFilled(OrderState live)
    {
        var partly = OrderIn(live).Book(Fill(0.4m), At);
        partly.State.ShouldBe(PartiallyFilled);
        partly.Book(Fill(0.6m), At).State.ShouldBe(Filled);
    }

    [Fact]
    public void Book_WhenCancelArmed_KeepsTheCancelInMind() =>
        OrderIn(CancelArmed).Book(Fill(0.4m), At).State.ShouldBe(CancelArmed);

    private static Order OrderIn(OrderState state) => new()
    {
        IntentId = "d1-a-1", RootIntentId = "d1-a-1", DecisionId = "d1", ClientOrderId = ClientOrderId.For("a", "d1-a-1"),
        Market = new MarketId("BTC", "USD"), Side = TradeSide.Buy, Quantity = 1, ReferencePrice = 100, PlannedAt = At, NotBefore = At,
        ChangedAt = At, State = state, ArmedQuantity = state == Planned ? null : 1m, ArmedAt = state == Planned ? null : At,
    };

    private static VenueFill Fill(decimal quantity) => new(
        $"t{quantity}", "v1", null, new MarketId("BTC", "USD"), TradeSide.Buy, quantity, 100, 0.1m, "USD", At);
}
