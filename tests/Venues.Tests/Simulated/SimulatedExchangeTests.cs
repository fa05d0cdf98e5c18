using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;
using static Rebalancer.Venues.Tests.Simulated.TestWorld;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class SimulatedExchangeTests
{
    private static readonly SortedDictionary<string, decimal> Purse = new() { ["USD"] = 100_000, ["BTC"] = 1, ["BNB"] = 10 };

    [Fact]
    public void Place_MarketBuy_TakesTheAskAndPaysTheFeeInTheThirdAsset()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", Purse, Start);
        var quote = exchange.Quotes([Btc, Bnb], Start);

        var (order, _) = exchange.Place("a", Market("c1", Btc, TradeSide.Buy, 0.5m), Start);

        order!.Status.ShouldBe(VenueOrderStatus.Filled);
        var book = exchange.View("a", Start);
        var fee = decimal.Round(0.5m * quote[0].Ask * (0.001m / quote[1].Ask), 8, MidpointRounding.ToZero);
        book["BTC"].ShouldBe(new BookBalance(1.5m, 0, 0));
        book["USD"].ShouldBe(new BookBalance(100_000 - (0.5m * quote[0].Ask), 0, 0));
        book["BNB"].ShouldBe(new BookBalance(10 - fee, 0, 0));
    }

    [Fact]
    public void Place_WhenTheFeeAssetIsShort_TakesTheFeeFromTheQuote()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", new SortedDictionary<string, decimal> { ["USD"] = 100_000, ["BNB"] = 0.001m }, Start);

        exchange.Place("a", Market("c1", Btc, TradeSide.Buy, 0.5m), Start);

        exchange.View("a", Start).Fills.ShouldHaveSingleItem().FeeAsset.ShouldBe("USD");
    }

    [Fact]
    public void Place_WhenTheFeeIsInTheAsset_ABuyReceivesLessAndASellPaysInTheQuote()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", Purse, Start);

        exchange.Place("a", Market("c1", Eth, TradeSide.Buy, 2), Start);
        exchange.Place("a", Market("c2", Eth, TradeSide.Sell, 1), Start);

        var book = exchange.View("a", Start);
        book["ETH"].Free.ShouldBe(0.998m);
        book.Fills.Select(fill => fill.FeeAsset).ShouldBe(["ETH", "USD"]);
    }

    [Fact]
    public void Place_RestingLimit_LocksThenFillsAtItsPriceAsMakerAndReleasesTheRest()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", new SortedDictionary<string, decimal> { ["USD"] = 100_000 }, Start);
        var limit = exchange.Quotes([Btc], Start)[0].Bid - 20;

        exchange.Place("a", Limit("c1", Btc, TradeSide.Buy, 1, limit), Start);

        var locked = limit * 1.001m;
        exchange.View("a", Start)["USD"].ShouldBe(new BookBalance(100_000 - locked, locked, 0));
        var book = exchange.View("a", Start.AddHours(12));
        var fill = book.Fills.ShouldHaveSingleItem();
        fill.Price.ShouldBe(limit);
        fill.Fee.ShouldBe(limit * 0.0008m);
        fill.At.ShouldBeGreaterThan(Start);
        book["USD"].ShouldBe(new BookBalance(100_000 - (limit * 1.0008m), 0, 0));
    }

    [Fact]
    public void Place_WithPartialFills_AddsUpToTheOrderAndNeverBeyond()
    {
        var exchange = Create(Exchange with { PartialFillRate = 0.8m });
        exchange.OpenAccount("a", Purse, Start);
        var limit = exchange.Quotes([Btc], Start)[0].Ask + 100;

        var (order, _) = exchange.Place("a", Limit("c1", Btc, TradeSide.Buy, 1, limit), Start);

        order!.FilledQuantity.ShouldBeLessThan(1);
        var book = exchange.View("a", Start.AddMinutes(2));
        book.Fills.Count.ShouldBeGreaterThan(1);
        book.Fills.Sum(fill => fill.Quantity).ShouldBe(1);
        book.Find("c1")!.Status.ShouldBe(VenueOrderStatus.Filled);
    }

    [Fact]
    public void Cancel_ReleasesWhatWasLocked_AndIsRepeatable()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", Purse, Start);
        exchange.Place("a", Limit("c1", Btc, TradeSide.Sell, 1, 90_000), Start);
        exchange.View("a", Start)["BTC"].ShouldBe(new BookBalance(0, 1, 0));

        exchange.Cancel("a", "c1", Start).ShouldBe(CancelOutcome.Accepted);
        exchange.Cancel("a", "c1", Start).ShouldBe(CancelOutcome.Accepted);
        exchange.Cancel("a", "other", Start).ShouldBe(CancelOutcome.NotFound);

        exchange.View("a", Start)["BTC"].ShouldBe(new BookBalance(1, 0, 0));
        exchange.Place("a", Market("c2", Btc, TradeSide.Sell, 0.1m), Start);
        exchange.Cancel("a", "c2", Start).ShouldBe(CancelOutcome.Refused);
    }

    [Theory]
    [InlineData("XRP", "1", "10", RejectCodes.UnknownMarket)]
    [InlineData("BTC", "0.000001", "50000", RejectCodes.LotSize)]
    [InlineData("BTC", "-1", "50000", RejectCodes.LotSize)]
    [InlineData("BTC", "0.1", "50000.001", RejectCodes.TickSize)]
    [InlineData("BTC", "0.00002", "50000", RejectCodes.MinNotional)]
    [InlineData("BTC", "101", "50000", RejectCodes.Quantity)]
    [InlineData("BNB", "100", "600", RejectCodes.MaxNotional)]
    [InlineData("BTC", "3", "50000", RejectCodes.InsufficientBalance)]
    public void Place_AgainstTheRules_IsRejectedAndChangesNothing(string asset, string quantity, string price, string code)
    {
        var log = new List<BookEvent>();
        var exchange = Create(Exchange, log: log);
        exchange.OpenAccount("a", Purse, Start);

        var request = Limit("c1", new MarketId(asset, "USD"), TradeSide.Buy, Decimal(quantity), Decimal(price));
        var (order, rejection) = exchange.Place("a", request, Start);

        order.ShouldBeNull();
        rejection!.Code.ShouldBe(code);
        log.ShouldHaveSingleItem().ShouldBeOfType<Rebalancer.Venues.Simulated.AccountOpened>();
    }

    [Theory]
    [InlineData(ClientIdReuse.RefusedWhileOpen, false, true)]
    [InlineData(ClientIdReuse.Refused, false, false)]
    [InlineData(ClientIdReuse.Accepted, true, true)]
    public void Place_WithAUsedClientId_IsAnsweredAsThatVenueDoes(ClientIdReuse reuse, bool whileOpen, bool afterFill)
    {
        var exchange = Create(Exchange with { ClientIds = reuse });
        exchange.OpenAccount("a", Purse, Start);

        exchange.Place("a", Limit("open", Btc, TradeSide.Sell, 0.1m, 90_000), Start);
        exchange.Place("a", Market("filled", Btc, TradeSide.Sell, 0.1m), Start);

        (exchange.Place("a", Limit("open", Btc, TradeSide.Sell, 0.1m, 90_000), Start).Order is not null).ShouldBe(whileOpen);
        (exchange.Place("a", Market("filled", Btc, TradeSide.Sell, 0.1m), Start).Order is not null).ShouldBe(afterFill);
    }

    [Fact]
    public void Place_AtABroker_KeepsSessionTicketAndSettlement()
    {
        var exchange = Create(Broker);
        exchange.OpenAccount("a", new SortedDictionary<string, decimal> { ["VTI"] = 10 }, Start);
        exchange.Place("a", Limit("day", Vti, TradeSide.Sell, 1, 400), Start);
        var bid = exchange.Quotes([Vti], Start)[0].Bid;

        exchange.Place("a", Market("c1", Vti, TradeSide.Sell, 3), Start).Order!.Status.ShouldBe(VenueOrderStatus.Filled);

        exchange.View("a", Start)["USD"].ShouldBe(new BookBalance(0, 0, (3 * bid) - 1));
        var evening = new DateTimeOffset(2026, 3, 10, 20, 0, 1, TimeSpan.Zero);
        exchange.View("a", evening).Find("day")!.Status.ShouldBe(VenueOrderStatus.Expired);
        var (_, rejection) = exchange.Place("a", Market("c2", Vti, TradeSide.Sell, 1), evening);
        rejection!.Code.ShouldBe(RejectCodes.MarketClosed);
        exchange.Markets(evening)[0].Session.ShouldBe(TradingSession.Closed);
        exchange.Markets(evening)[0].NextOpen.ShouldBe(new DateTimeOffset(2026, 3, 11, 13, 30, 0, TimeSpan.Zero));
        exchange.Quotes([Vti], evening.AddHours(3))[0].At.ShouldBe(evening.AddSeconds(-1));
        exchange.View("a", evening.AddDays(1))["USD"].ShouldBe(new BookBalance((3 * bid) - 1, 0, 0));
    }

    [Fact]
    public void View_WithLag_ShowsTheAccountAsItWas()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", Purse, Start);
        exchange.Place("a", Market("c1", Btc, TradeSide.Sell, 0.1m), Start.AddMinutes(10));

        exchange.View("a", Start.AddMinutes(10).AddSeconds(5), TimeSpan.FromSeconds(10)).Fills.ShouldBeEmpty();
        exchange.View("a", Start.AddMinutes(10).AddSeconds(15), TimeSpan.FromSeconds(10)).Fills.Count.ShouldBe(1);
    }

    [Fact]
    public void Transfer_MovesTheBalanceAndIsReported_ButNeverOverdraws()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", Purse, Start);

        exchange.Transfer("a", "deposit", "USD", 500, Start);

        exchange.View("a", Start)["USD"].Free.ShouldBe(100_500);
        exchange.View("a", Start).Transfers.ShouldHaveSingleItem().Amount.ShouldBe(500);
        Should.Throw<InvalidOperationException>(() => exchange.Transfer("a", "withdrawal", "BTC", -2, Start)).Message.ShouldContain("BTC");
    }

    [Fact]
    public void Accounts_OnOneExchange_ShareItsMarketAndNothingElse()
    {
        var exchange = Create(Exchange);
        exchange.OpenAccount("a", Purse, Start);
        exchange.OpenAccount("b", Purse, Start);

        exchange.Place("a", Market("c1", Btc, TradeSide.Sell, 0.1m), Start);

        exchange.View("b", Start)["BTC"].Free.ShouldBe(1);
        exchange.Place("b", Market("c1", Btc, TradeSide.Sell, 0.1m), Start).Order.ShouldNotBeNull();
        exchange.View("b", Start).Fills[0].Price.ShouldBe(exchange.View("a", Start).Fills[0].Price);
        exchange.View("b", Start).Fills[0].TradeId.ShouldNotBe(exchange.View("a", Start).Fills[0].TradeId);
    }

    private static decimal Decimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
