using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>
/// The journal was put back to an older point: the venue has an order that no event speaks of, and the decision that made it is delivered
/// again, with the same client order id. As the service does when it notices, the account is told to reduce.
/// </summary>
public sealed class RestoredJournalTests : IDisposable
{
    private static readonly ExecutionStyle Style = new(OrderType.Limit, 60, 1, 0.05m, 1_000_000);

    private readonly AccountWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(100)]
    public void Restore_ToBeforeAnOrder_SendsNothingAgainAndOnlyReduces(int secondsUntilTheDecisionComesAgain)
    {
        RestoreWithAnOrderAtTheVenue();

        _world.Simulation.RunFor(TimeSpan.FromSeconds(secondsUntilTheDecisionComesAgain));
        _world.Execute(Style, AccountWorld.Sell(0.4m));
        _world.Simulation.RunFor(TimeSpan.FromMinutes(5));

        _world.Venue.Sent.Count.ShouldBe(1);
        _world.BookedOrders().Count.ShouldBe(1);
        _world.Replay().TradingState.ShouldNotBe(TradingState.Active);
        _world.Events().ShouldNotContain(e => e is OrderArmed);
    }

    [Fact]
    public void Restore_WhenTheOrderHasFilledAndTheServiceRestarts_SendsNothingAgain()
    {
        RestoreWithAnOrderAtTheVenue();
        FillItAtTheVenue();
        _world.Simulation.RunFor(TimeSpan.FromMinutes(1));
        _world.RestoreJournal(_world.Events().Count);
        _world.Simulation.RunFor(TimeSpan.FromMinutes(1));

        _world.Execute(Style, AccountWorld.Sell(0.4m));
        _world.Simulation.RunFor(TimeSpan.FromMinutes(5));

        _world.Venue.Sent.Count.ShouldBe(1);
        _world.Events().ShouldNotContain(e => e is OrderArmed);
    }

    [Fact]
    public void Restore_WhenTheOrderFills_BooksItsFillsAndTradesAgainOnceResumed()
    {
        RestoreWithAnOrderAtTheVenue();

        FillItAtTheVenue();
        _world.Simulation.RunFor(TimeSpan.FromMinutes(2));
        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.Resume("ann", "looked at the venue")).Error.ShouldBeNull();
        _world.Simulation.RunFor(TimeSpan.FromMinutes(2));

        var account = _world.Replay();
        account.TradingState.ShouldBe(TradingState.Active);
        account.AgreesWithBooks("BTC").ShouldBeTrue();
        account.AgreesWithBooks("USD").ShouldBeTrue();
        account.Expected["BTC"].ShouldBe(0.6m);
        _world.Venue.Sent.Count.ShouldBe(1);
    }

    /// <summary>An order that rests at the venue is listed every few seconds, and fills in parts: none of it undoes the resume.</summary>
    [Fact]
    public void Restore_WhenResumedWhileTheOrderIsOpen_StaysResumedUntilItHasFilled()
    {
        RestoreWithAnOrderAtTheVenue();
        _world.Simulation.RunFor(TimeSpan.FromSeconds(20));
        _world.BookedOrders().ShouldHaveSingleItem().Status.ShouldBe(VenueOrderStatus.Open);

        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.Resume("ann", "looked at the venue")).Error.ShouldBeNull();
        FillItAtTheVenue();
        _world.Simulation.RunFor(TimeSpan.FromMinutes(2));

        _world.Replay().TradingState.ShouldBe(TradingState.Active);
        _world.Replay().AgreesWithBooks("BTC").ShouldBeTrue();
        _world.Events().OfType<AccountReducing>().SelectMany(alarm => alarm.Strays ?? []).ShouldHaveSingleItem();
    }

    private void FillItAtTheVenue()
    {
        for (var minutes = 0; _world.BookedFills().Sum(fill => fill.Quantity) < 0.4m; minutes += 10)
        {
            minutes.ShouldBeLessThan(24 * 60, "the market never came to the order's price");
            _world.Simulation.RunFor(TimeSpan.FromMinutes(10));
        }
    }

    private void RestoreWithAnOrderAtTheVenue()
    {
        _world.Settle();
        var before = _world.Events().Count;
        _world.Venue.QuoteFactor = 1.0004m;
        _world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        _world.Execute(Style, AccountWorld.Sell(0.4m));
        _world.Simulation.RunFor(TimeSpan.FromSeconds(4));
        _world.BookedOrders().ShouldHaveSingleItem().Status.ShouldBe(VenueOrderStatus.Open);

        _world.RestoreJournal(before);
        _world.Simulation.Ask<CommandAnswer>(_world.Account, new AccountCommand.Reduce("restore check", "an older copy"), TimeSpan.FromSeconds(20)).Error.ShouldBeNull();
    }
}
