using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Emulators.Books;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>What every exchange that is reached through its maker's library must do.</summary>
public abstract class LibraryVenueConformance<TVenue> : IAsyncLifetime
    where TVenue : EmulatedVenue, new()
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow.AddMinutes(-1);

    protected TVenue Venue { get; } = new();

    public async ValueTask InitializeAsync() => await Venue.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Venue.DisposeAsync();
    }

    [Fact]
    public async Task Markets_HaveExactStepsLimitsAndFees()
    {
        var market = (await Venue.Open(EmulatedVenue.First).GetMarketsAsync(None)).ShouldHaveSingleItem();

        var known = Venue.Book.Market(Venue.Symbol)!;
        market.Market.ShouldBe(Venue.Btc);
        (market.TickSize, market.LotSize, market.MinQuantity, market.MinNotional).ShouldBe((known.Tick, known.Lot, known.MinQuantity, known.MinNotional));
        market.TakerFeeRate.ShouldBe(known.FeeRate);
        market.Session.ShouldBe(TradingSession.Open);
    }

    [Fact]
    public async Task MarketOrder_IsFilledInParts_AndBookedInBalancesAndFills()
    {
        var venue = Venue.Open(EmulatedVenue.First);

        var outcome = await PlaceAsync(venue, new OrderRequest("rbmarketorder00000", Venue.Btc, TradeSide.Sell, OrderType.Market, 1.2m, null));

        outcome.ShouldBeOfType<SendOutcome.Acknowledged>();
        (await venue.FindOrderAsync("rbmarketorder00000", Venue.Btc, None))!.Status.ShouldBe(VenueOrderStatus.Filled);
        var fills = (await venue.GetFillsAsync(null, _start, None)).Fills;
        fills.Count.ShouldBe(3);
        fills.Sum(fill => fill.Quantity).ShouldBe(1.2m);
        var known = Venue.Book.Fills(EmulatedVenue.First);
        fills.Select(fill => (fill.Price, fill.Fee)).ShouldBe(known.Select(fill => (fill.Price, fill.Fee)), ignoreOrder: true);
        var balances = (await venue.GetBalancesAsync(None)).Balances;
        balances.Single(balance => balance.Asset == Venue.Btc.Asset).ShouldBe(new Balance(Venue.Btc.Asset, 0.8m, 0, 0, false));
        balances.Single(balance => balance.Asset == Venue.Btc.Quote).Free.ShouldBe(100_000 + fills.Sum(fill => (fill.Quantity * fill.Price) - fill.Fee));
    }

    [Fact]
    public async Task LimitOrder_RestsLocked_UntilItIsCancelled()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        await PlaceAsync(venue, Limit("rbresting000000000", TradeSide.Sell, 0.5m, 90_000));

        var open = (await venue.GetOpenOrdersAsync(None)).ShouldHaveSingleItem();
        (open.ClientOrderId, open.Quantity, open.LimitPrice, open.Side).ShouldBe(("rbresting000000000", 0.5m, 90_000, TradeSide.Sell));
        (await venue.GetBalancesAsync(None)).Balances.Single(balance => balance.Asset == Venue.Btc.Asset).ShouldBe(new Balance(Venue.Btc.Asset, 1.5m, 0.5m, 0, false));
        (await venue.CancelAsync("rbresting000000000", Venue.Btc, None)).ShouldBe(CancelOutcome.Accepted);
        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await venue.FindOrderAsync("rbresting000000000", Venue.Btc, None))!.Status.ShouldBe(VenueOrderStatus.Cancelled);
        (await venue.GetClosedOrdersAsync(_start, None)).ShouldHaveSingleItem().Status.ShouldBe(VenueOrderStatus.Cancelled);
        (await venue.CancelAsync("rbresting000000000", Venue.Btc, None)).ShouldBe(CancelOutcome.NotFound);
    }

    [Fact]
    public async Task LimitOrder_IsFilledInPartsAsTheMarketReachesIt()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        await PlaceAsync(venue, Limit("rbpartial000000000", TradeSide.Buy, 0.8m, 59_000));
        Venue.Book.SetQuote(Venue.Symbol, 58_000, 58_010);

        var partial = await venue.FindOrderAsync("rbpartial000000000", Venue.Btc, None);

        (partial!.Status, partial.FilledQuantity).ShouldBe((VenueOrderStatus.Open, 0.5m));
        Venue.Book.SetQuote(Venue.Symbol, 58_000, 58_010);
        (await venue.FindOrderAsync("rbpartial000000000", Venue.Btc, None))!.Status.ShouldBe(VenueOrderStatus.Filled);
        (await venue.GetFillsAsync(null, _start, None)).Fills.Sum(fill => fill.Quantity).ShouldBe(0.8m);
    }

    [Fact]
    public async Task ImmediateOrCancel_WhereTheMarketIsNotThere_EndsAtOnce()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        venue.Capabilities.SupportsImmediateOrCancel.ShouldBeTrue();

        await PlaceAsync(venue, Limit("rbimmediate0000000", TradeSide.Sell, 0.5m, 90_000) with { TimeInForce = TimeInForce.ImmediateOrCancel });

        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await venue.FindOrderAsync("rbimmediate0000000", Venue.Btc, None))!.Status.ShouldBeOneOf(VenueOrderStatus.Cancelled, VenueOrderStatus.Expired);
    }

    [Fact]
    public async Task UnknownOrder_IsNullToFindAndNotFoundToCancel()
    {
        var venue = Venue.Open(EmulatedVenue.First);

        (await venue.FindOrderAsync("rbnever00000000000", Venue.Btc, None)).ShouldBeNull();
        (await venue.CancelAsync("rbnever00000000000", Venue.Btc, None)).ShouldBe(CancelOutcome.NotFound);
    }

    [Theory]
    [InlineData("0.000001", "60000", RejectCodes.LotSize)]
    [InlineData("0.5", "60000.001", RejectCodes.TickSize)]
    [InlineData("0.00006", "60000", RejectCodes.MinNotional)]
    [InlineData("5", "60000", RejectCodes.InsufficientBalance)]
    public async Task OrderAgainstTheRules_IsRejectedAndLeavesNothing(string quantity, string price, string code)
    {
        var venue = Venue.Open(EmulatedVenue.First);
        var (size, limit) = (decimal.Parse(quantity, CultureInfo.InvariantCulture), decimal.Parse(price, CultureInfo.InvariantCulture));

        var outcome = await PlaceAsync(venue, Limit("rbagainst000000000", TradeSide.Buy, size, limit));

        outcome.ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(code);
        Venue.Book.Orders().ShouldBeEmpty();
    }

    [Fact]
    public async Task Market_TheVenueHasNot_IsLeftOutOfQuotes_AndRefusesOrders()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        var nothing = new MarketId("XYZ", Venue.Btc.Quote);

        var quote = (await venue.GetQuotesAsync([Venue.Btc, nothing], None)).ShouldHaveSingleItem();
        (quote.Bid, quote.Ask).ShouldBe((59_990, 60_010));
        (await PlaceAsync(venue, Limit("rbnomarket00000000", TradeSide.Buy, 1, 60_000) with { Market = nothing }))
            .ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.UnknownMarket);
    }

    [Fact]
    public async Task Fills_OverManyPages_AreAllThereOnce()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        for (var trade = 0; trade < 130; trade++)
        {
            Venue.Book.Place(new BookRequest(EmulatedVenue.First, Venue.Symbol, BookSide.Sell, 0.001m, null, null));
        }

        await venue.GetQuotesAsync([Venue.Btc], None);
        var page = await venue.GetFillsAsync(null, _start, None);

        page.Fills.Select(fill => fill.TradeId).Distinct().Count().ShouldBe(130);
        page.Fills.Count.ShouldBe(130);
        var more = await venue.GetFillsAsync(page.Cursor, _start, None);
        more.Fills.Select(fill => fill.TradeId).Except(page.Fills.Select(fill => fill.TradeId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fills_AfterTheAccountWasOpenedAnew_GoOnFromTheCursor()
    {
        var before = Venue.Open(EmulatedVenue.First);
        await before.GetQuotesAsync([Venue.Btc], None);
        var cursor = (await before.GetFillsAsync(null, _start, None)).Cursor;
        await before.DisposeAsync();
        Venue.Book.Place(new BookRequest(EmulatedVenue.First, Venue.Symbol, BookSide.Sell, 0.1m, null, null));

        var after = await Venue.Open(EmulatedVenue.First).GetFillsAsync(cursor, _start, None);

        after.Fills.ShouldHaveSingleItem().Quantity.ShouldBe(0.1m);
    }

    [Fact]
    public async Task Transfers_AreInTheHistory_Signed()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        Venue.Book.Transfer(EmulatedVenue.First, "deposit", Venue.QuoteInBook, 250.5m);
        Venue.Book.Transfer(EmulatedVenue.First, "withdrawal", Venue.QuoteInBook, -100);

        var transfers = await venue.GetTransfersAsync(_start, None);

        transfers.Select(transfer => (transfer.Kind, transfer.Asset, transfer.Amount)).ShouldBe(
            [("deposit", Venue.Btc.Quote, 250.5m), ("withdrawal", Venue.Btc.Quote, -100m)], ignoreOrder: true);
    }

    [Fact]
    public async Task Accounts_OfOneVenue_AreApart_AndShareItsMarkets()
    {
        var (first, second) = (Venue.Open(EmulatedVenue.First), Venue.Open(EmulatedVenue.Second));
        await PlaceAsync(first, Limit("rbfirst00000000000", TradeSide.Sell, 0.5m, 90_000));

        (await second.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await second.FindOrderAsync("rbfirst00000000000", Venue.Btc, None)).ShouldBeNull();
        Venue.Requests.Count(request => request.EndsWith("exchangeInfo", StringComparison.Ordinal) || request.EndsWith("AssetPairs", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(TimeFrame.FifteenMinutes)]
    [InlineData(TimeFrame.OneHour)]
    [InlineData(TimeFrame.FourHours)]
    [InlineData(TimeFrame.OneDay)]
    [InlineData(TimeFrame.OneWeek)]
    public async Task Bars_AreWholeEndedFramesInOrder(TimeFrame frame)
    {
        var venue = Venue.Open(EmulatedVenue.First);
        var now = DateTimeOffset.UtcNow;
        var since = now - (10 * frame.Length());

        var bars = await venue.GetBarsAsync(Venue.Btc, frame, since, None);

        bars.Count.ShouldBeInRange(9, 10);
        bars.ShouldAllBe(bar => bar.At >= since && frame.Floor(bar.At) == bar.At && bar.At + frame.Length() <= now);
        bars.ShouldAllBe(bar => bar.Low > 0 && bar.Low <= Math.Min(bar.Open, bar.Close) && bar.High >= Math.Max(bar.Open, bar.Close));
        bars.Zip(bars.Skip(1)).ShouldAllBe(pair => pair.Second.At == pair.First.At + frame.Length());
    }

    protected static Task<SendOutcome> PlaceAsync(IVenue venue, OrderRequest order, double seconds = 5) =>
        venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(seconds), UptimeClock.OfMachine), None);

    protected OrderRequest Limit(string id, TradeSide side, decimal quantity, decimal price) => new(id, Venue.Btc, side, OrderType.Limit, quantity, price);
}

public sealed class BinanceConformanceTests : LibraryVenueConformance<BinanceVenue>;

public sealed class KrakenConformanceTests : LibraryVenueConformance<KrakenVenue>;
