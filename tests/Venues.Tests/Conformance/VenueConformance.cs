using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>What every <see cref="IVenue"/> must do, whatever is behind it.</summary>
public abstract class VenueConformance<THarness> : ConformanceSuite<THarness>
    where THarness : VenueHarness, new()
{
    [Fact]
    public async Task MarketOrder_IsFilledAndBookedInBalancesAndFills()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        var outcome = await PlaceAsync(venue, Market("c1", Btc, TradeSide.Sell, 0.5m));

        outcome.ShouldBeOfType<SendOutcome.Acknowledged>().Order.Status.ShouldBe(VenueOrderStatus.Filled);
        var page = await venue.GetFillsAsync(null, VenueHarness.Start, None);
        page.Fills.ShouldAllBe(fill => fill.ClientOrderId == "c1" && fill.Side == TradeSide.Sell && fill.FeeAsset == "BNB");
        page.Fills.Sum(fill => fill.Quantity).ShouldBe(0.5m);
        var balances = await venue.GetBalancesAsync(None);
        Of(balances, "USD").ShouldBe(new Balance("USD", 100_000 + page.Fills.Sum(fill => fill.Quantity * fill.Price), 0, 0, true));
        Of(balances, "BNB").Free.ShouldBe(5 - page.Fills.Sum(fill => fill.Fee));
        Of(balances, "BTC").ShouldBe(new Balance("BTC", 1.5m, 0, 0, false));
    }

    [Fact]
    public async Task LimitOrder_RestsLocked_UntilItsCancelIsRepeatedlyAccepted()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        await PlaceAsync(venue, Limit("c1", Btc, TradeSide.Sell, 0.5m, 90_000));

        (await venue.GetOpenOrdersAsync(None)).ShouldHaveSingleItem().ClientOrderId.ShouldBe("c1");
        (await venue.FindOrderAsync("c1", Btc, None))!.Status.ShouldBe(VenueOrderStatus.Open);
        Of(await venue.GetBalancesAsync(None), "BTC").ShouldBe(new Balance("BTC", 1.5m, 0.5m, 0, false));
        (await venue.CancelAsync("c1", Btc, None)).ShouldBe(CancelOutcome.Accepted);
        (await venue.CancelAsync("c1", Btc, None)).ShouldBe(CancelOutcome.Accepted);
        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await venue.GetClosedOrdersAsync(VenueHarness.Start, None)).ShouldHaveSingleItem().Status.ShouldBe(VenueOrderStatus.Cancelled);
        (await venue.GetClosedOrdersAsync(VenueHarness.Start.AddHours(1), None)).ShouldBeEmpty();
        Of(await venue.GetBalancesAsync(None), "BTC").Free.ShouldBe(2);
    }

    [Fact]
    public async Task ImmediateOrCancel_WhereTheMarketIsNotThere_EndsAtOnceAndLocksNothing()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        await PlaceAsync(venue, Limit("c1", Btc, TradeSide.Sell, 0.5m, 90_000) with { TimeInForce = TimeInForce.ImmediateOrCancel });

        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await venue.FindOrderAsync("c1", Btc, None))!.Status.ShouldBe(VenueOrderStatus.Cancelled);
        Of(await venue.GetBalancesAsync(None), "BTC").Free.ShouldBe(2);
    }

    [Fact]
    public async Task GoodTilDate_PastItsMoment_HasExpired()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        var till = Harness.Clock.GetUtcNow().AddSeconds(30);
        await PlaceAsync(venue, Limit("c1", Btc, TradeSide.Sell, 0.5m, 90_000) with { TimeInForce = TimeInForce.GoodTilDate, GoodTill = till });
        (await venue.GetOpenOrdersAsync(None)).ShouldHaveSingleItem();

        Harness.Clock.Advance(TimeSpan.FromSeconds(31));

        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await venue.FindOrderAsync("c1", Btc, None))!.Status.ShouldBe(VenueOrderStatus.Expired);
        Of(await venue.GetBalancesAsync(None), "BTC").Free.ShouldBe(2);
    }

    [Fact]
    public async Task UnknownOrder_IsNullToFindAndNotFoundToCancel()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        (await venue.FindOrderAsync("never", Btc, None)).ShouldBeNull();
        (await venue.CancelAsync("never", Btc, None)).ShouldBe(CancelOutcome.NotFound);
    }

    [Fact]
    public async Task LimitOrder_IsFilledAsTheMarketReachesIt_InPartsThatAddUp()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        var quote = (await venue.GetQuotesAsync([Btc], None)).ShouldHaveSingleItem();
        for (var i = 0; i < 10; i++)
        {
            await PlaceAsync(venue, Limit($"c{i}", Btc, TradeSide.Buy, 0.01m, quote.Bid));
        }

        for (var minute = 0; minute < 60; minute++)
        {
            Harness.Clock.Jump(TimeSpan.FromMinutes(1));
            await venue.GetBalancesAsync(None);
        }

        var fills = (await venue.GetFillsAsync(null, VenueHarness.Start, None)).Fills;
        fills.ShouldAllBe(fill => fill.Price <= quote.Bid);
        fills.Count.ShouldBeGreaterThan(10);
        foreach (var order in await venue.GetClosedOrdersAsync(VenueHarness.Start, None))
        {
            fills.Where(fill => fill.VenueOrderId == order.VenueOrderId).Sum(fill => fill.Quantity).ShouldBe(order.Quantity);
        }
    }

    [Theory]
    [InlineData("BTC", "0.000001", "60000", RejectCodes.LotSize)]
    [InlineData("BTC", "0.5", "60000.001", RejectCodes.TickSize)]
    [InlineData("BTC", "0.0001", "60000", RejectCodes.MinNotional)]
    [InlineData("BTC", "5", "60000", RejectCodes.InsufficientBalance)]
    [InlineData("BTC", "50", "60000", RejectCodes.MaxNotional)]
    [InlineData("XYZ", "1", "60000", RejectCodes.UnknownMarket)]
    public async Task OrderAgainstTheRules_IsRejectedAndLeavesNothing(string asset, string quantity, string price, string code)
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        var size = decimal.Parse(quantity, CultureInfo.InvariantCulture);
        var limit = decimal.Parse(price, CultureInfo.InvariantCulture);

        var outcome = await PlaceAsync(venue, Limit("c1", new MarketId(asset, "USD"), TradeSide.Buy, size, limit));

        outcome.ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(code);
        (await venue.FindOrderAsync("c1", Btc, None)).ShouldBeNull();
        Of(await venue.GetBalancesAsync(None), "USD").Free.ShouldBe(100_000);
    }

    [Fact]
    public async Task ClientId_IsRefusedWhileOpenAndAcceptedAgainAfterTheFill()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        await PlaceAsync(venue, Limit("open", Btc, TradeSide.Sell, 0.1m, 90_000));
        await PlaceAsync(venue, Market("filled", Btc, TradeSide.Sell, 0.1m));

        (await PlaceAsync(venue, Limit("open", Btc, TradeSide.Sell, 0.1m, 90_000)))
            .ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.DuplicateClientId);
        (await PlaceAsync(venue, Market("filled", Btc, TradeSide.Sell, 0.1m))).ShouldBeOfType<SendOutcome.Acknowledged>();
        (await venue.GetFillsAsync(null, VenueHarness.Start, None)).Fills.Sum(fill => fill.Quantity).ShouldBe(0.2m);
    }

    [Fact]
    public async Task Broker_TradesWholeSharesInItsSession_ForATicket_AndSettlesLater()
    {
        var venue = await Harness.OpenAsync("b", Broker);
        venue.Capabilities.Kind.ShouldBe("broker");

        (await PlaceAsync(venue, Market("c1", Vti, TradeSide.Sell, 0.5m))).ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.LotSize);
        await PlaceAsync(venue, Market("c2", Vti, TradeSide.Sell, 3));

        var fills = (await venue.GetFillsAsync(null, VenueHarness.Start, None)).Fills;
        fills.Sum(fill => fill.Fee).ShouldBe(1);
        Of(await venue.GetBalancesAsync(None), "USD").Unsettled.ShouldBe(fills.Sum(fill => fill.Quantity * fill.Price) - 1);
        Harness.Clock.Jump(TimeSpan.FromHours(12));
        var rules = (await venue.GetMarketsAsync(None)).Single(market => market.Market == Vti);
        (rules.Session, rules.LotSize, rules.TicketFee).ShouldBe((TradingSession.Closed, 1, 1));
        rules.NextOpen.ShouldBe(new DateTimeOffset(2026, 3, 11, 13, 30, 0, TimeSpan.Zero));
        (await venue.GetQuotesAsync([Vti], None))[0].At.ShouldBe(new DateTimeOffset(2026, 3, 10, 20, 0, 0, TimeSpan.Zero));
        (await PlaceAsync(venue, Market("c3", Vti, TradeSide.Sell, 1))).ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.MarketClosed);
        Harness.Clock.Jump(TimeSpan.FromHours(12));
        Of(await venue.GetBalancesAsync(None), "USD").Unsettled.ShouldBe(0);
    }

    [Fact]
    public async Task Quotes_LeaveOutMarketsTheVenueHasNot()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        var quotes = await venue.GetQuotesAsync([Btc, new MarketId("XYZ", "USD")], None);

        quotes.ShouldHaveSingleItem().Bid.ShouldBeLessThan(quotes[0].Ask);
        quotes[0].At.ShouldBe(Harness.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Fills_ByCursor_ComeOnceEach_AndRepeatsBringNoOthers()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        var seen = new List<string>();
        string? cursor = null;
        for (var i = 0; i < 20; i++)
        {
            await PlaceAsync(venue, Market($"c{i}", Btc, TradeSide.Sell, 0.01m));
            Harness.Clock.Advance(TimeSpan.FromSeconds(1));
            var page = await venue.GetFillsAsync(cursor, VenueHarness.Start, None);
            seen.AddRange(page.Fills.Select(fill => fill.TradeId));
            cursor = page.Cursor;
        }

        seen.Distinct().Count().ShouldBe(seen.Count);
        (await venue.GetFillsAsync(null, VenueHarness.Start, None)).Fills.Select(fill => fill.TradeId).ShouldBe(seen);
        (await venue.GetFillsAsync(cursor, VenueHarness.Start, None)).Fills.ShouldBeEmpty();
    }

    [Fact]
    public async Task Deposit_RaisesTheBalanceAndIsInTheHistory()
    {
        var venue = await Harness.OpenAsync("a", Exchange);

        await Harness.DepositAsync(venue, "a", "kestrel", "USD", 250.5m);

        Of(await venue.GetBalancesAsync(None), "USD").Free.ShouldBe(100_250.5m);
        var transfer = (await venue.GetTransfersAsync(VenueHarness.Start, None)).ShouldHaveSingleItem();
        (transfer.Kind, transfer.Asset, transfer.Amount).ShouldBe(("deposit", "USD", 250.5m));
    }

    [Fact]
    public async Task Accounts_OfOneExchange_AreApart()
    {
        var first = await Harness.OpenAsync("a", Exchange);
        var second = await Harness.OpenAsync("b", Exchange);

        await PlaceAsync(first, Market("c1", Btc, TradeSide.Sell, 0.5m));

        Of(await second.GetBalancesAsync(None), "BTC").Free.ShouldBe(2);
        (await second.FindOrderAsync("c1", Btc, None)).ShouldBeNull();
        (await second.GetFillsAsync(null, VenueHarness.Start, None)).Fills.ShouldBeEmpty();
    }
}

public sealed class InProcessConformanceTests : VenueConformance<InProcessHarness>;

public sealed class HttpConformanceTests : VenueConformance<HttpHarness>;
