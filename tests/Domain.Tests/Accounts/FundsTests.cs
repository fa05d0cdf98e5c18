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

    [Fact]
    public void Sell_WhoseFeeMayBeTakenInTheAsset_ReservesTheFeeToo_AsFarAsTheAssetIsHeld()
    {
        var scenario = new AccountScenario();
        scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Btc) with { FeeAsset = "BTC", TakerFeeRate = 0.002m, MakerFeeRate = 0.001m });
        scenario.Read(10_000, 2);
        scenario.Wait(0);
        scenario.Plan(
            "d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Sell, 1, 100));
        scenario.Arm().Reservation.ShouldBe(new Reservation("BTC", 1.002m));

        var all = new AccountScenario();
        all.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Btc) with { FeeAsset = "BTC", TakerFeeRate = 0.002m, MakerFeeRate = 0.001m });
        all.Read(10_000, 2);
        all.Wait(0);
        all.Plan("d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Sell, 2, 100));

        var armed = all.Arm();

        armed.Request.Quantity.ShouldBe(2);
        armed.Reservation.ShouldBe(new Reservation("BTC", 2));
    }

    /// <summary>
    /// The venue's own arithmetic beside ours: fills of any size with fees in a third asset, locks as a venue keeps them. What we take for
    /// spendable is never more than what it would let a further order have.
    /// </summary>
    [Fact]
    public void Available_WhileABuyFillsInParts_IsNeverMoreThanTheVenueWouldGive()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var (scenario, random, cash, coins, held) = (new AccountScenario(), new Random(seed), 10_000m, 0m, 2m);
            scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Btc) with { FeeAsset = "BNB" });
            ReadAll();
            scenario.Wait(0);
            scenario.Plan("d1", AccountScenario.Terms, new PlannedIntent("d1-1", AccountScenario.Btc, TradeSide.Buy, 20, 100));
            var quantity = scenario.Arm().Request.Quantity;
            scenario.Acknowledge();
            for (var part = 0; scenario.Account.Orders["d1-1"].OpenQuantity > 0; part++)
            {
                var open = scenario.Account.Orders["d1-1"].OpenQuantity;
                var size = Math.Min(open, random.Next(1, 8_000) / 1_000m);
                scenario.Apply(scenario.Account.BookFills([scenario.FillOf("d1-1", size, $"t{part}") with { Fee = 0.01m, FeeAsset = "BNB" }], null, scenario.Now));
                (cash, held, coins) = (cash - (size * 100), held + size, coins - 0.01m);
                scenario.Now += TimeSpan.FromSeconds(random.Next(1, 15));
                ReadAll();
                scenario.Apply(scenario.Account.Tick(scenario.Circumstances));

                // The venue locks what the rest costs at its limit and would have the fee from the same money at worst.
                var free = cash - (scenario.Account.Orders["d1-1"].OpenQuantity * 100);
                scenario.Account.Available("USD", "d2", scenario.Readings).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(free, $"seed {seed}, part {part} of {quantity}");
            }

            scenario.Now += TimeSpan.FromSeconds(11);
            ReadAll();
            scenario.Apply(scenario.Account.Tick(scenario.Circumstances));
            scenario.Account.Available("USD", "d2", scenario.Readings).ShouldBe(cash, $"seed {seed}");

            void ReadAll()
            {
                var locked = scenario.Account.Orders.TryGetValue("d1-1", out var order) ? order.OpenQuantity * 100 : 0;
                scenario.Read(new Balance("USD", cash - locked, locked, 0, true), new Balance("BTC", held, 0, 0, false), new Balance("BNB", 5 + coins, 0, 0, false));
            }
        }
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
