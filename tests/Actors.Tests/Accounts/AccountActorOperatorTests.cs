using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>What operators ask of an account.</summary>
public sealed class AccountActorOperatorTests : IDisposable
{
    private readonly AccountWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Halt_AnswersOnceNothingCanBeSentAnymoreAndNothingIsArmedAfter()
    {
        _world.Settle();
        _world.Execute(AccountWorld.Sell(0.1m), AccountWorld.Buy(1));
        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.Halt("op", "test"), TimeSpan.FromSeconds(8)).Error.ShouldBeNull();
        var sent = _world.Venue.Sent.Count;

        _world.Completion();

        _world.Venue.Sent.Count.ShouldBe(sent);
        var events = _world.Events().ToList();
        var haltedAt = events.FindIndex(e => e is AccountHalted);
        events.Skip(haltedAt).ShouldNotContain(e => e is OrderArmed);
        _world.Report().Frozen.ShouldBe("halted by op: test");
    }

    [Fact]
    public void Reduce_LetsOnlySellsThroughUntilResumed()
    {
        _world.Settle();
        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.Reduce("ann", "odd prices")).Error.ShouldBeNull();
        _world.Execute(AccountWorld.Sell(0.1m), AccountWorld.Buy(1));

        _world.Completion().Results.Select(result => result.State).ShouldBe([OrderState.Filled, OrderState.Denied]);

        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.Resume("ann", "they are fine")).Error.ShouldBeNull();
        _world.Report().TradingState.ShouldBe(TradingState.Active);
        _world.Events().OfType<AccountResumed>().Single().Why.ShouldBe("they are fine");
    }

    [Fact]
    public void ResolveOrder_OfAQuarantinedOrder_IsJournaledWithWhoAndWhy()
    {
        _world.Settle();
        _world.Desk.Faults = SimulatedFaults.None with { LostBeforeArrival = 1 };
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Simulation.RunUntil(() => _world.Venue.Sent.Count == 1, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        _world.Venue.IsDown = true;
        _world.Completion();
        _world.Report().Quarantined.Single().IntentId.ShouldBe("d1-1");

        var resolve = new AccountCommand.ResolveOrder("ann", "support says no", "d1-1", OrderState.NeverArrived);
        _world.Simulation.Ask<CommandAnswer>(_world.Account, resolve).Error.ShouldBeNull();

        _world.Events().OfType<OrderResolved>().Single().Why.ShouldBe("support says no");
        _world.Report().Quarantined.ShouldBeEmpty();
        _world.Simulation.Ask<CommandAnswer>(_world.Account, resolve).Error.ShouldNotBeNull().ShouldContain("only a quarantined order");
    }

    [Fact]
    public void CancelOrder_WhenUnknownToTheAccount_SaysSo() =>
        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.CancelOrder("op", "test", "nope"))
            .Error.ShouldNotBeNull().ShouldContain("no order nope");

    [Fact]
    public void CancelOrder_OfAWorkingOrder_EndsItAtTheVenueWithWhoAndWhy()
    {
        _world.Settle();
        _world.Venue.QuoteFactor = 1.015m;
        _world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        _world.Orders().Single().State.ShouldBe(OrderState.Working);

        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.CancelOrder("ann", "changed my mind", "d1-1")).Error.ShouldBeNull();
        _world.Simulation.RunFor(TimeSpan.FromSeconds(5));

        _world.Events().OfType<OrderCancelArmed>().Single().Reason.ShouldBe("ann: changed my mind");
        var cancelled = _world.Orders().Single(order => order.IntentId == "d1-1");
        cancelled.State.ShouldBe(OrderState.Cancelled);
        _world.BookedOrders().Single(order => order.ClientOrderId == cancelled.ClientOrderId).Status.ShouldBe(VenueOrderStatus.Cancelled);
    }
}
