using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Orders at the venue with an id of ours that no event speaks of: the journal was put back to before they were sent.</summary>
public sealed class StrayTests
{
    private readonly AccountScenario _scenario = new();

    public StrayTests()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
    }

    [Fact]
    public void WeighOpenOrders_WhenSomeHaveOurPrefixAndNoIntent_OnlyReduces()
    {
        var alarm = WeighOpen(Stray("lost", "v9"), Stray("lost too", "v10")).Single().ShouldBeOfType<AccountReducing>();

        alarm.Why.ShouldContain("and so has 1 more");
        alarm.Strays.ShouldBe([ClientOrderId.For("acc", "lost"), ClientOrderId.For("acc", "lost too")]);
        _scenario.Account.TradingState.ShouldBe(TradingState.Reducing);
    }

    [Fact]
    public void BookFills_WhenIdIsOursButUnknown_OnlyReduces()
    {
        _scenario.Apply(_scenario.Account.BookFills([FillOf(Stray("lost", "v9"))], null, _scenario.Now));

        _scenario.Account.TradingState.ShouldBe(TradingState.Reducing);
    }

    /// <summary>It may stay open for long: an alarm at every listing would undo its owner's resume within seconds.</summary>
    [Fact]
    public void Resume_WhileTheOrderAlarmedOfStaysOpenAndFills_IsNotUndone()
    {
        var lost = Stray("lost", "v9");
        WeighOpen(lost);
        _scenario.Apply(_scenario.Account.Resume("ann", "looked at the venue", _scenario.Circumstances));

        WeighOpen(lost).ShouldBeEmpty();
        _scenario.Weigh(_scenario.Evidence(open: [lost])).ShouldBeEmpty();
        _scenario.Apply(_scenario.Account.BookFills([FillOf(lost)], null, _scenario.Now)).Single().ShouldBeOfType<ForeignFillObserved>();

        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void Resume_WhenAnotherOrderTurnsUpAfterwards_IsAlarmedOfThatOne()
    {
        var lost = Stray("lost", "v9");
        WeighOpen(lost);
        _scenario.Apply(_scenario.Account.Resume("ann", "looked at the venue", _scenario.Circumstances));

        WeighOpen(lost, Stray("lost too", "v10")).Single().ShouldBeOfType<AccountReducing>().Strays.ShouldBe([ClientOrderId.For("acc", "lost too")]);

        _scenario.Account.TradingState.ShouldBe(TradingState.Reducing);
    }

    /// <summary>Told in every state, once: an order first seen during a halt would otherwise be accepted unseen by whoever lifts it.</summary>
    [Fact]
    public void WeighOpenOrders_WhileHalted_TellsOfAStrayAndStaysHalted()
    {
        _scenario.Apply(_scenario.Account.Halt("ann", "odd prices", _scenario.Now));

        WeighOpen(Stray("lost", "v9")).Single().ShouldBeOfType<AccountReducing>();

        _scenario.Account.TradingState.ShouldBe(TradingState.Halted);
        _scenario.Account.TradingStateReason.ShouldBe("ann: odd prices");
    }

    [Fact]
    public void WeighOpenOrders_WhenTheOrderRestsLongerThanHistoryIsKept_IsNotAlarmedOfAgain()
    {
        var lost = Stray("lost", "v9");
        WeighOpen(lost);
        _scenario.Apply(_scenario.Account.Resume("ann", "looked at the venue", _scenario.Circumstances));
        _scenario.Now += TimeSpan.FromDays(8);
        _scenario.Apply([new HistoryForgotten(_scenario.Now, _scenario.Now - TimeSpan.FromDays(7))]);

        WeighOpen(lost).ShouldBeEmpty();
    }

    [Fact]
    public void WeighOpenOrders_WhenTheVenueListsOneTwice_TellsOfItOnce() =>
        WeighOpen(Stray("lost", "v9"), Stray("lost", "v10")).Single().ShouldBeOfType<AccountReducing>().Strays.ShouldHaveSingleItem();

    private IReadOnlyList<AccountEvent> WeighOpen(params IReadOnlyList<VenueOrder> open) =>
        _scenario.Apply(_scenario.Account.WeighOpenOrders(open, _scenario.Now, _scenario.Circumstances));

    private VenueOrder Stray(string intent, string venueOrderId) =>
        _scenario.Seen("d1-1", VenueOrderStatus.Open) with { ClientOrderId = ClientOrderId.For("acc", intent), VenueOrderId = venueOrderId };

    private VenueFill FillOf(VenueOrder order) =>
        _scenario.FillOf("d1-1", 0.5m) with { ClientOrderId = order.ClientOrderId, VenueOrderId = order.VenueOrderId };
}
