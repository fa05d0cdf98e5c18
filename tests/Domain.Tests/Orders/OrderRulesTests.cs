using FsCheck;
using FsCheck.Fluent;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Orders;

public sealed class OrderRulesTests
{
    private static readonly MarketRules Rules = new(
        new MarketId("BTC", "USD"), 0.05m, 0.001m, 0.002m, 5, 10, 50_000, 0.001m, 0.002m, 0, null, TradingSession.Open, null);

    [Theory]
    [InlineData("0.0019999", "0.001")]
    [InlineData("0.3", "0.3")]
    [InlineData("-1", "0")]
    public void QuantityDown_GivesWholeLots(string quantity, string expected) =>
        OrderRules.QuantityDown(Rules, decimal.Parse(quantity)).ShouldBe(decimal.Parse(expected));

    [Fact]
    public void QuantityDown_WhenVenueStatesNoLot_KeepsEightDecimals() =>
        OrderRules.QuantityDown(Rules with { LotSize = 0 }, 1.123456789m).ShouldBe(1.12345678m);

    [Theory]
    [InlineData("100.01", "100", "100.05")]
    [InlineData("100.05", "100.05", "100.05")]
    public void PriceDownAndUp_LandOnTheTick(string price, string down, string up)
    {
        OrderRules.PriceDown(Rules, decimal.Parse(price)).ShouldBe(decimal.Parse(down));
        OrderRules.PriceUp(Rules, decimal.Parse(price)).ShouldBe(decimal.Parse(up));
    }

    [Theory]
    [InlineData("0", "100", "not positive")]
    [InlineData("1", "0", "not positive")]
    [InlineData("0.0025", "100", "lot")]
    [InlineData("1", "100.01", "tick")]
    [InlineData("0.001", "100", "below the minimum 0.002")]
    [InlineData("6", "100", "above the maximum 5")]
    [InlineData("0.05", "100", "below the minimum 10 USD")]
    [InlineData("5", "20000", "above the maximum 50000 USD")]
    public void Problem_NamesTheRuleThatIsBroken(string quantity, string price, string expected) =>
        OrderRules.Problem(Rules, decimal.Parse(quantity), decimal.Parse(price)).ShouldNotBeNull().ShouldContain(expected);

    [Fact]
    public void Problem_WhenEveryRuleHolds_IsNull() => OrderRules.Problem(Rules, 0.5m, 100.05m).ShouldBeNull();

    [Fact]
    public void MaxQuantity_IsTheTightestOfAllCaps()
    {
        OrderRules.MaxQuantity(Rules, 100, decimal.MaxValue).ShouldBe(5);
        OrderRules.MaxQuantity(Rules, 100, 333.33m).ShouldBe(3.333m);
        OrderRules.MaxQuantity(Rules, 20_000, decimal.MaxValue).ShouldBe(2.5m);
        OrderRules.MaxQuantity(Rules with { MaxQuantity = null, MaxNotional = null }, 0.01m, decimal.MaxValue).ShouldBeGreaterThan(1e20m);
    }

    [Fact]
    public void AtTouch_IsOnTickAndNeverPastTheCollar() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(
            ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<bool>(),
            (cents, spread, isBuy) =>
            {
                var side = isBuy ? TradeSide.Buy : TradeSide.Sell;
                var bid = 90 + (cents.Get / 100m);
                var quote = new Quote(Rules.Market, bid, bid + (spread.Get / 100m), default);

                var limit = LimitPrice.AtTouch(Rules, side, quote, 100, 0.01m);

                return limit % 0.05m == 0 && (isBuy ? limit <= 101 : limit >= 99);
            }));

    [Theory]
    [InlineData("0", "100")]
    [InlineData("101", "100")]
    [InlineData("100", "0")]
    public void LimitPriceProblem_WhenQuoteIsAbsentOrCrossed_SaysSo(string bid, string ask) =>
        LimitPrice.Problem(Rules, TradeSide.Buy, new Quote(Rules.Market, decimal.Parse(bid), decimal.Parse(ask), default), 100, 0.01m)
            .ShouldNotBeNull().ShouldContain("absent or crossed");

    [Fact]
    public void LimitPriceProblem_WhenTouchIsOutsideTheCollar_SaysWhere()
    {
        var dear = new Quote(Rules.Market, 102, 103, default);
        LimitPrice.Problem(Rules, TradeSide.Buy, dear, 100, 0.01m).ShouldNotBeNull().ShouldContain("above the collar edge 101");
        LimitPrice.Problem(Rules, TradeSide.Sell, dear, 100, 0.01m).ShouldBeNull();
    }

    [Theory]
    [InlineData("1", 4, 4)]
    [InlineData("0.3", 4, 3)]
    [InlineData("0.1", 4, 1)]
    [InlineData("1", 0, 1)]
    public void SliceCount_ShrinksUntilEachSliceReachesTheMinimum(string quantity, int wanted, int expected) =>
        OrderSlicing.Count(Rules, decimal.Parse(quantity), 100, wanted).ShouldBe(expected);

    [Fact]
    public void Slices_AddUpToTheQuantityAnIntervalApart()
    {
        var (start, minute) = (DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));
        var trade = new PlannedIntent("i", Rules.Market, TradeSide.Sell, 1, 100);
        var filled = OrderSlicing.First(Rules, 1, 3);
        for (var slice = 1; slice < 3; slice++)
        {
            var (quantity, notBefore) = OrderSlicing.Next(Rules, trade, filled, 3, start, minute, start);
            notBefore.ShouldBe(start + (slice * minute));
            filled += quantity;
        }

        filled.ShouldBe(1);
    }

    [Fact]
    public void Slices_WhenOneWasNotFilled_AreMadeUpForByTheNext()
    {
        var (start, minute) = (DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));
        var trade = new PlannedIntent("i", Rules.Market, TradeSide.Sell, 1, 100);
        OrderSlicing.Next(Rules, trade, 0.1m, 4, start, minute, start + minute).ShouldBe((0.4m, start + minute));
        OrderSlicing.Next(Rules, trade, 0.1m, 4, start, minute, start + (9 * minute)).ShouldBe((0.9m, start + (9 * minute)));
    }

    [Fact]
    public void Slices_WhenTheyLackLessThanTheMarketTakes_WaitForTheNextOne()
    {
        var (start, minute) = (DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));
        var trade = new PlannedIntent("i", Rules.Market, TradeSide.Sell, 1, 100);
        OrderSlicing.Next(Rules, trade, 0.2m, 4, start, minute, start).ShouldBe((0.3m, start + minute));
    }
}
