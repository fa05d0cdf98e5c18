using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

/// <summary>What the simulated exchange and broker do beyond what every venue must, in process and over HTTP alike.</summary>
public abstract class SimulatedRules<THarness> : SimulatedSuite<THarness>
    where THarness : VenueHarness, new()
{
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
    public async Task Send_WithoutAnswerByTheDeadline_IsAmbiguous()
    {
        var venue = await Harness.OpenAsync("a", Exchange);
        await Harness.SetLatencyAsync(venue, "kestrel", new SimulatedLatency(TimeSpan.Zero, TimeSpan.FromSeconds(7), TimeSpan.Zero));

        (await Harness.EndAsync(PlaceAsync(venue, Market("c1", Btc, TradeSide.Sell, 0.1m)))).ShouldBeOfType<SendOutcome.Ambiguous>();

        await Harness.SetLatencyAsync(venue, "kestrel", SimulatedLatency.None);
        (await venue.FindOrderAsync("c1", Btc, None))!.Status.ShouldBe(VenueOrderStatus.Filled);
    }
}

public sealed class InProcessRulesTests : SimulatedRules<InProcessHarness>;

public sealed class HttpRulesTests : SimulatedRules<HttpHarness>;
