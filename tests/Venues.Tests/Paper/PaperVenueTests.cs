using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Paper;
using Rebalancer.Venues.Simulated;
using Rebalancer.Venues.Tests.Simulated;

namespace Rebalancer.Venues.Tests.Paper;

/// <summary>A simulated exchange stands in for the live one: its book shows whatever reaches it.</summary>
public sealed class PaperVenueTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly MarketId Btc = new("BTC", "USD");

    private readonly InProcessHarness _harness = new();
    private readonly string _book = Path.Combine(Directory.CreateTempSubdirectory("paper-").FullName, "paper-a.jsonl");
    private IVenue _live = null!;

    [Fact]
    public async Task MarketOrder_IsFilledAtTheLivePrice_WithTheLiveFee_AndNeverSent()
    {
        await using var paper = await OpenAsync();
        var quote = (await paper.GetQuotesAsync([Btc], None)).Single();

        var outcome = await PlaceAsync(paper, Market("rbpaper00000000001", TradeSide.Sell, 0.5m));

        outcome.ShouldBeOfType<SendOutcome.Acknowledged>().Order.Status.ShouldBe(VenueOrderStatus.Filled);
        var fill = (await paper.GetFillsAsync(null, VenueHarness.Start, None)).Fills.ShouldHaveSingleItem();
        var rate = (await paper.GetMarketsAsync(None)).Single(rules => rules.Market == Btc).TakerFeeRate;
        (fill.ClientOrderId, fill.Quantity, fill.Price, fill.FeeAsset).ShouldBe(("rbpaper00000000001", 0.5m, quote.Bid, "USD"));
        fill.Fee.ShouldBe(0.5m * quote.Bid * rate, 0.00000001m);
        (await TotalAsync(paper, "USD")).ShouldBe(100_000 + (0.5m * quote.Bid) - fill.Fee);
        (await TotalAsync(paper, "BTC")).ShouldBe(1.5m);
        await NothingWasSentAsync();
    }

    [Fact]
    public async Task LimitOrder_RestsOnPaper_UntilTheLiveMarketReachesIt()
    {
        await using var paper = await OpenAsync();
        var tick = (await paper.GetMarketsAsync(None)).Single(rules => rules.Market == Btc).TickSize;
        var justAbove = (await paper.GetQuotesAsync([Btc], None)).Single().Bid + tick;
        await PlaceAsync(paper, Limit("rbpaper00000000001", TradeSide.Sell, 0.1m, justAbove));
        (await paper.GetOpenOrdersAsync(None)).ShouldHaveSingleItem().FilledQuantity.ShouldBe(0);

        for (var minute = 0; minute < 600 && (await paper.GetOpenOrdersAsync(None)).Count > 0; minute++)
        {
            _harness.Clock.Jump(TimeSpan.FromMinutes(1));
        }

        (await paper.FindOrderAsync("rbpaper00000000001", Btc, None))!.Status.ShouldBe(VenueOrderStatus.Filled);
        (await paper.GetFillsAsync(null, VenueHarness.Start, None)).Fills.ShouldHaveSingleItem().Price.ShouldBe(justAbove);
        await NothingWasSentAsync();
    }

    [Fact]
    public async Task Cancel_EndsAnOrderOnPaper_AndUnlocksItsMoney()
    {
        await using var paper = await OpenAsync();
        await PlaceAsync(paper, Limit("rbpaper00000000001", TradeSide.Sell, 0.5m, 90_000));
        (await paper.GetBalancesAsync(None)).Balances.Single(balance => balance.Asset == "BTC").ShouldBe(new Balance("BTC", 1.5m, 0.5m, 0, false));

        (await paper.CancelAsync("rbpaper00000000001", Btc, None)).ShouldBe(CancelOutcome.Accepted);

        (await paper.CancelAsync("rbnever00000000001", Btc, None)).ShouldBe(CancelOutcome.NotFound);
        (await paper.GetClosedOrdersAsync(VenueHarness.Start, None)).ShouldHaveSingleItem().Status.ShouldBe(VenueOrderStatus.Cancelled);
        (await paper.GetBalancesAsync(None)).Balances.Single(balance => balance.Asset == "BTC").Free.ShouldBe(2);
    }

    [Fact]
    public async Task OrderAgainstTheLiveRules_IsRejected_AsIsAnIdUsedBefore()
    {
        await using var paper = await OpenAsync();

        await CodeAsync(Limit("rbpaper00000000001", TradeSide.Buy, 0.0000001m, 60_000), RejectCodes.LotSize);
        await CodeAsync(Limit("rbpaper00000000001", TradeSide.Buy, 0.5m, 60_000.001m), RejectCodes.TickSize);
        await CodeAsync(Limit("rbpaper00000000001", TradeSide.Buy, 5, 60_000), RejectCodes.InsufficientBalance);
        await CodeAsync(Market("rbpaper00000000001", TradeSide.Buy, 1) with { Market = new MarketId("XYZ", "USD") }, RejectCodes.UnknownMarket);
        await PlaceAsync(paper, Market("rbpaper00000000001", TradeSide.Sell, 0.1m));
        await CodeAsync(Market("rbpaper00000000001", TradeSide.Sell, 0.1m), RejectCodes.DuplicateClientId);

        async Task CodeAsync(OrderRequest order, string code) => (await PlaceAsync(paper, order)).ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(code);
    }

    [Fact]
    public async Task Book_OutlivesARestart_AndIsOneProcesssAtATime()
    {
        string? cursor;
        await using (var before = await OpenAsync())
        {
            await PlaceAsync(before, Market("rbpaper00000000001", TradeSide.Sell, 0.5m));
            await PlaceAsync(before, Limit("rbpaper00000000002", TradeSide.Sell, 0.5m, 90_000));
            cursor = (await before.GetFillsAsync(null, VenueHarness.Start, None)).Cursor;
            var second = new PaperVenue(_live, "a", _book, _harness.Clock);
            (await Should.ThrowAsync<VenueException>(() => second.GetBalancesAsync(None))).Kind.ShouldBe(VenueErrorKind.Unavailable);
        }

        await using var after = new PaperVenue(_live, "a", _book, _harness.Clock);

        (await after.GetOpenOrdersAsync(None)).ShouldHaveSingleItem().ClientOrderId.ShouldBe("rbpaper00000000002");
        (await after.GetFillsAsync(cursor, VenueHarness.Start, None)).Fills.ShouldBeEmpty();
        await PlaceAsync(after, Market("rbpaper00000000003", TradeSide.Sell, 0.1m));
        (await after.GetFillsAsync(null, VenueHarness.Start, None)).Fills.Select(fill => fill.TradeId).ShouldBeUnique();
        (await TotalAsync(after, "BTC")).ShouldBe(1.4m);
    }

    [Fact]
    public async Task Prices_ThatCannotBeRead_FillNothing()
    {
        await using var paper = await OpenAsync();
        await paper.GetBalancesAsync(None);
        await _harness.SetFaultsAsync(_live, "kestrel", new SimulatedFaults { QueryServerError = 1 });

        (await PlaceAsync(paper, Market("rbpaper00000000001", TradeSide.Sell, 0.5m))).ShouldBeOfType<SendOutcome.NotSent>();

        await _harness.SetFaultsAsync(_live, "kestrel", SimulatedFaults.None);
        (await TotalAsync(paper, "BTC")).ShouldBe(2);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private async Task<PaperVenue> OpenAsync()
    {
        _live = await _harness.OpenAsync("a", new SimulatedAccountOptions
        {
            Exchange = "kestrel",
            LatencyMilliseconds = 0,
            Balances = new SortedDictionary<string, decimal> { ["USD"] = 100_000, ["BTC"] = 2 },
        });
        return new PaperVenue(_live, "a", _book, _harness.Clock);
    }

    private async Task NothingWasSentAsync()
    {
        (await _live.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await _live.GetClosedOrdersAsync(VenueHarness.Start, None)).ShouldBeEmpty();
        (await TotalAsync(_live, "BTC")).ShouldBe(2);
    }

    private static async Task<decimal> TotalAsync(IVenue venue, string asset) => (await venue.GetBalancesAsync(None)).Balances.Single(balance => balance.Asset == asset).Total;

    private static OrderRequest Market(string id, TradeSide side, decimal quantity) => new(id, Btc, side, OrderType.Market, quantity, null);

    private static OrderRequest Limit(string id, TradeSide side, decimal quantity, decimal price) => new(id, Btc, side, OrderType.Limit, quantity, price);

    private static Task<SendOutcome> PlaceAsync(IVenue venue, OrderRequest order) =>
        venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.Of(TimeProvider.System)), None);
}
