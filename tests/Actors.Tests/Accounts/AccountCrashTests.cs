using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>
/// The account dies at every append of a decision's life, once before and once after the rows are written, and recovers from the journal.
/// Sends lie between two appends, so each is hit on both sides.
/// </summary>
public sealed class AccountCrashTests
{
    public static TheoryData<bool> BeforeAndAfter => new(false, true);

    [Theory]
    [MemberData(nameof(BeforeAndAfter))]
    public void Crash_AtAnyAppend_NeverSendsTwiceAndLosesNoFill(bool isWritten)
    {
        var appends = LengthWithoutCrash();
        appends.ShouldBeGreaterThan(8);
        for (var failAt = 1; failAt <= appends; failAt++)
        {
            using var world = new AccountWorld(failAt);
            world.Journal.FailAt = failAt;
            world.Journal.IsWritten = isWritten;
            world.Settle();
            world.Execute(AccountWorld.Sell(0.4m), AccountWorld.Buy(2));
            world.Simulation.RunFor(TimeSpan.FromSeconds(5));

            // A decision lost before it was journaled is delivered again, as the outbox does.
            world.Execute(AccountWorld.Sell(0.4m), AccountWorld.Buy(2));
            world.Completion();
            world.Simulation.RunFor(TimeSpan.FromSeconds(60));

            Judge(world, $"crash at append {failAt}, written {isWritten}");
        }
    }

    private static int LengthWithoutCrash()
    {
        using var world = new AccountWorld();
        world.Settle();
        world.Execute(AccountWorld.Sell(0.4m), AccountWorld.Buy(2));
        world.Completion();
        return world.Journal.Appends;
    }

    private static void Judge(AccountWorld world, string when)
    {
        var (account, orders, fills) = (world.Replay(), world.BookedOrders(), world.BookedFills());
        orders.Select(order => order.ClientOrderId).ShouldBeUnique(when);
        world.Venue.Sent.Select(order => order.ClientOrderId).ShouldBeUnique(when);
        orders.ShouldAllBe(order => account.IntentsByClientId.ContainsKey(order.ClientOrderId!), when);
        fills.ShouldAllBe(fill => account.SeenFills.ContainsKey(Account.FillKey(fill)), when);
        account.Orders.Values.Sum(order => order.Filled).ShouldBe(fills.Sum(fill => fill.Quantity), when);
        account.LiveOrders.ShouldBeEmpty(when);
        account.Orders.Values.ShouldAllBe(order => order.Reservation == null, when);
        account.TradingState.ShouldBe(TradingState.Active, when);
        CanonicalJson.Write(account).ShouldBe(CanonicalJson.Write(CanonicalJson.Read<Account>(CanonicalJson.Write(account))), when);
    }
}
