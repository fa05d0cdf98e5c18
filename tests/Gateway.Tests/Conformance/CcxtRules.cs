using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Emulators.Books;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>What every exchange behind ccxt does beyond what every venue must.</summary>
public abstract class CcxtRules<TVenue> : IAsyncLifetime
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
    public async Task Order_InAMarketTheVenueHasNot_IsRejected()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        var nothing = new MarketId("XYZ", Venue.Btc.Quote);

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
    public async Task Accounts_OfOneVenue_ShareItsMarkets()
    {
        var (first, second) = (Venue.Open(EmulatedVenue.First), Venue.Open(EmulatedVenue.Second));

        await first.GetBalancesAsync(None);
        await second.GetBalancesAsync(None);

        Venue.Requests.Count(request => request.EndsWith("exchangeInfo", StringComparison.Ordinal) || request.EndsWith("AssetPairs", StringComparison.Ordinal)).ShouldBe(1);
    }

    protected static Task<SendOutcome> PlaceAsync(IVenue venue, OrderRequest order, double seconds = 5) =>
        venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(seconds), UptimeClock.OfMachine), None);

    protected OrderRequest Limit(string id, TradeSide side, decimal quantity, decimal price) => new(id, Venue.Btc, side, OrderType.Limit, quantity, price);
}

public sealed class BinanceRulesTests : CcxtRules<BinanceVenue>;

public sealed class KrakenRulesTests : CcxtRules<KrakenVenue>;
