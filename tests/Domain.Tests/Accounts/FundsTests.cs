using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>What an order may still spend, beside what the venue has locked for whom.</summary>
public sealed class FundsTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void Available_WhenOurOrderIsLockedAtTheVenue_CountsItOnce()
    {
        Work();
        Read(free: 9_799.6m, locked: 200.4m);
        Available().ShouldBe(10_000 - Reserved());
    }

    [Fact]
    public void Available_WhenOurOrderIsNotLockedYet_TakesItFromWhatIsFree()
    {
        Work();
        Read(free: 10_000, locked: 0);
        Available().ShouldBe(10_000 - Reserved());
    }

    [Fact]
    public void Available_WhenSomeoneElsesOrderHoldsTheLock_DoesNotTakeItForOurs()
    {
        Work();
        Read(free: 9_700, locked: 300, Manual(TradeSide.Buy, 3, 100));
        Available().ShouldBe(9_700 - Reserved());
    }

    [Fact]
    public void Available_WhenBothAreLocked_CountsOurs()
    {
        Work();
        Read(free: 9_499, locked: 501, Manual(TradeSide.Buy, 3, 100));
        Available().ShouldBe(9_700 - Reserved(), 1);
    }

    [Fact]
    public void Available_WhileOurOrderWasOnlyPlanned_TakesNoLockForIt()
    {
        _scenario.Plan("d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 2, 100));
        Read(free: 9_700, locked: 300);
        Available().ShouldBe(9_700 - Reserved());
    }

    [Fact]
    public void LockedByOthers_OfABuyWithoutALimit_MayBeEverything()
    {
        Work();
        Read(free: 9_700, locked: 300, Manual(TradeSide.Buy, 3, null));
        Available().ShouldBe(9_700 - Reserved());
    }

    private void Work()
    {
        _scenario.Plan("d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 2, 100));
        _scenario.Arm();
        _scenario.Acknowledge();
    }

    private decimal Reserved() => _scenario.Account.Orders["d1-1"].Reservation!.Amount;

    private decimal Available() => _scenario.Account.Available("USD", "d2", _scenario.Readings).ShouldNotBeNull();

    private void Read(decimal free, decimal locked, params VenueOrder[] others)
    {
        _scenario.Read(new Balance("USD", free, locked, 0, true), new Balance("BTC", 2, 0, 0, false));
        _scenario.Readings = _scenario.Readings with { LockedByOthers = _scenario.Account.LockedByOthers(others, _scenario.Readings) };
    }

    private VenueOrder Manual(TradeSide side, decimal quantity, decimal? limit) => new(
        "m1", "by hand", AccountScenario.Btc, side, limit is null ? OrderType.Market : OrderType.Limit, quantity, limit, 0, VenueOrderStatus.Open, null,
        _scenario.Now);
}
