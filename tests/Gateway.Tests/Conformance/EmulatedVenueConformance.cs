using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Emulators.Books;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>
/// What an account at any real venue must do, seen from both ends: what the client library makes of it, and what the emulated venue's own book
/// says. The account begins with 100,000 dollars and 20 of the asset, quoted 99.99 to 100.01, of which 10 stand at each price.
/// </summary>
public abstract class EmulatedVenueConformance<THarness> : IAsyncLifetime
    where THarness : EmulatedVenueHarness, new()
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _since = TimeProvider.System.GetUtcNow().AddMinutes(-5);

    protected THarness Harness { get; } = new();

    private MarketId Market => Harness.Market;

    public async ValueTask InitializeAsync()
    {
        await Harness.StartAsync();
        Harness.Book.Add(new BookMarket(Harness.Symbol, Market.Asset, Market.Quote, 0.01m, 1e-9m, 1e-9m, 1, 0, 10), 99.99m, 100.01m);
        Harness.Book.Endow(Harness.Account, Market.Quote, 100_000);
        Harness.Book.Endow(Harness.Account, Market.Asset, 20);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Harness.DisposeAsync();
    }

    [Fact]
    public async Task Markets_AreThoseWanted_WithExactSteps()
    {
        await using var venue = Harness.Open();

        var rules = (await venue.GetMarketsAsync(None)).Single(rules => rules.Market == Market);

        (rules.TickSize, rules.Session, rules.NextOpen).ShouldBe((0.01m, TradingSession.Open, null));
        rules.LotSize.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Markets_OutOfSession_AreClosed_AndSayUntilWhen()
    {
        Harness.CloseSession();
        await using var venue = Harness.Open();

        var rules = (await venue.GetMarketsAsync(None)).Single(rules => rules.Market == Market);

        rules.Session.ShouldBe(TradingSession.Closed);
        rules.NextOpen.ShouldNotBeNull().ShouldBeGreaterThan(_since);
    }

    [Fact]
    public async Task MarketOrder_IsFilledInParts_AndBookedAsTheBookHasIt()
    {
        await using var venue = Harness.Open();

        var outcome = await PlaceAsync(venue, Order("rbmarket0000000001", TradeSide.Buy, 25, null));

        var acknowledged = outcome.ShouldBeOfType<SendOutcome.Acknowledged>().Order;
        acknowledged.ClientOrderId.ShouldBe("rbmarket0000000001");
        var fills = await FillsAsync(venue, 3);
        fills.ShouldAllBe(fill => fill.ClientOrderId == "rbmarket0000000001" && fill.Side == TradeSide.Buy && fill.Market == Market);
        fills.ShouldAllBe(fill => fill.VenueOrderId == acknowledged.VenueOrderId);
        fills.Select(fill => (fill.Quantity, fill.Price)).ShouldBe(Harness.Book.Fills(Harness.Account).Select(fill => (fill.Quantity, fill.Price)));
        var balances = await venue.GetBalancesAsync(None);
        Of(balances, Market.Asset).Total.ShouldBe(45);
        Of(balances, Market.Quote).Total.ShouldBe(100_000 - fills.Sum(fill => fill.Quantity * fill.Price) - fills.Sum(fill => fill.Fee));
        Of(balances, Market.Quote).IsCurrency.ShouldBeTrue();
        (await FindAsync(venue, "rbmarket0000000001"))!.Status.ShouldBe(VenueOrderStatus.Filled);
    }

    [Fact]
    public async Task LimitOrder_Rests_UntilItsCancelIsRepeatedlyAccepted()
    {
        await using var venue = Harness.Open();

        await PlaceAsync(venue, Order("rbrests00000000001", TradeSide.Sell, 5, 120.50m));

        var open = (await venue.GetOpenOrdersAsync(None)).ShouldHaveSingleItem();
        (open.ClientOrderId, open.Market, open.Side, open.Quantity, open.LimitPrice, open.Status).ShouldBe(
            ("rbrests00000000001", Market, TradeSide.Sell, 5, 120.50m, VenueOrderStatus.Open));
        Of(await venue.GetBalancesAsync(None), Market.Asset).Total.ShouldBe(20);
        (await venue.CancelAsync("rbrests00000000001", Market, None)).ShouldBe(CancelOutcome.Accepted);
        await UntilAsync(async () => (await venue.GetOpenOrdersAsync(None)).Count == 0);
        (await venue.CancelAsync("rbrests00000000001", Market, None)).ShouldBeOneOf(CancelOutcome.Accepted, CancelOutcome.Refused);
        (await venue.GetClosedOrdersAsync(_since, None)).Single(order => order.ClientOrderId == "rbrests00000000001").Status.ShouldBe(VenueOrderStatus.Cancelled);
        (await venue.GetFillsAsync(null, _since, None)).Fills.ShouldBeEmpty();
        Harness.Book.Orders(Harness.Account).ShouldHaveSingleItem().Status.ShouldBe(BookStatus.Cancelled);
    }

    [Fact]
    public async Task LimitOrder_IsFilledPartly_AsTheMarketComes()
    {
        await using var venue = Harness.Open();
        await PlaceAsync(venue, Order("rbparts00000000001", TradeSide.Buy, 15, 99.50m));
        Harness.Book.SetQuote(Harness.Symbol, 99.40m, 99.50m);

        var fill = (await FillsAsync(venue, 1)).ShouldHaveSingleItem();
        (fill.Quantity, fill.Price, fill.ClientOrderId).ShouldBe((10, 99.50m, "rbparts00000000001"));
        (await venue.GetOpenOrdersAsync(None)).ShouldHaveSingleItem().FilledQuantity.ShouldBe(10);

        Harness.Book.SetQuote(Harness.Symbol, 99.40m, 99.45m);
        (await FillsAsync(venue, 2)).Sum(part => part.Quantity).ShouldBe(15);
        (await FindAsync(venue, "rbparts00000000001"))!.Status.ShouldBe(VenueOrderStatus.Filled);
    }

    [Fact]
    public async Task UnknownOrder_IsNotFound()
    {
        await using var venue = Harness.Open();

        (await venue.CancelAsync("rbnever00000000001", Market, None)).ShouldBe(CancelOutcome.NotFound);
        (await FindAsync(venue, "rbnever00000000001")).ShouldBeNull();
    }

    [Fact]
    public async Task OrderAgainstTheRules_IsRejectedWithItsCode_AndLeavesNothing()
    {
        await using var venue = Harness.Open();
        foreach (var (quantity, limit, code) in Harness.Refused)
        {
            var outcome = await PlaceAsync(venue, Order($"rbrefused-{code}"[..18], TradeSide.Buy, quantity, limit));

            outcome.ShouldBeOfType<SendOutcome.Rejected>(outcome.ToString()).Code.ShouldBe(code, outcome.ToString());
        }

        Harness.Book.Orders(Harness.Account).ShouldBeEmpty();
        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_WithoutAReadableAnswer_IsAmbiguous_IsNotRepeated_AndTheBookTellsTheTruth()
    {
        var number = 0;
        foreach (var (fault, arrives) in Harness.SendFaults)
        {
            await using var venue = Harness.Open();
            await venue.GetBalancesAsync(None);
            var (id, before) = ($"rbfault{++number:00000000000}", Harness.Placements);
            Harness.FailNextPlacement(fault);

            var outcome = await PlaceAsync(venue, Order(id, TradeSide.Sell, 1, 120), TimeSpan.FromSeconds(2));

            outcome.ShouldBeOfType<SendOutcome.Ambiguous>($"{fault}: {outcome}");
            Harness.Book.Orders(Harness.Account).Count(order => order.Request.ClientId == id).ShouldBe(arrives ? 1 : 0, fault.ToString());
            Harness.Placements.ShouldBeLessThanOrEqualTo(before + 1);
            await UntilAsync(async () => await SeesOrderAsync(venue, id) == arrives);
        }
    }

    [Fact]
    public async Task Send_PastItsDeadline_IsNotSent()
    {
        await using var venue = Harness.Open();
        await venue.GetBalancesAsync(None);

        var outcome = await PlaceAsync(venue, Order("rblate000000000001", TradeSide.Sell, 1, 120), TimeSpan.Zero);

        outcome.ShouldBeOfType<SendOutcome.NotSent>();
        Harness.Placements.ShouldBe(0);
    }

    [Fact]
    public async Task Venue_ThatIsNotThere_IsUnavailable_AndNothingIsSent()
    {
        await using var venue = Harness.OpenNowhere();

        (await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(None))).Kind.ShouldBe(VenueErrorKind.Unavailable);
        (await PlaceAsync(venue, Order("rbnowhere000000001", TradeSide.Sell, 1, 120), TimeSpan.FromSeconds(2))).ShouldBeOfType<SendOutcome.NotSent>();
    }

    [Fact]
    public async Task Query_ThatFails_Throws_AndIsNeverAnEmptyAnswer()
    {
        foreach (var (fault, kind) in Harness.QueryFaults)
        {
            await using var venue = Harness.Open();
            Harness.FailNextBalances(fault);

            var error = await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(None), fault.ToString());

            error.Kind.ShouldBe(kind, $"{fault}: {error.Message}");
            await UntilAsync(async () => await AnswersAsync(venue));
        }
    }

    [Fact]
    public async Task Fills_InPages_ComeOnceEach_AndTheCursorGoesOn()
    {
        await using var venue = Harness.Open();
        for (var round = 0; round < 130; round++)
        {
            Harness.Book.Place(new BookRequest(Harness.Account, Harness.Symbol, round % 2 == 0 ? BookSide.Buy : BookSide.Sell, 1, null, $"other-{round}"));
        }

        var (cursor, seen) = ((string?)null, new List<string>());
        await UntilAsync(async () =>
        {
            var page = await venue.GetFillsAsync(cursor, _since, None);
            seen.AddRange(page.Fills.Select(fill => fill.TradeId));
            cursor = page.Cursor;
            return seen.Distinct().Count() == 130;
        });
        seen.Distinct().Count().ShouldBe(130);
        (await venue.GetFillsAsync(cursor, _since, None)).Fills.Count(fill => !seen.Contains(fill.TradeId)).ShouldBe(0);
    }

    [Fact]
    public async Task Quotes_AreThoseOfTheBook_AndLeaveOutWhatIsNotThere()
    {
        await using var venue = Harness.Open();
        await venue.GetMarketsAsync(None);

        var quote = (await venue.GetQuotesAsync([Market, new MarketId("XYZQ", Market.Quote)], None)).ShouldHaveSingleItem();

        (quote.Market, quote.Bid, quote.Ask).ShouldBe((Market, 99.99m, 100.01m));
        quote.At.ShouldBeGreaterThan(_since);
    }

    [Fact]
    public async Task Bars_AreWholeFramesInOrder_OnTheGrid()
    {
        await using var venue = Harness.Open();
        await venue.GetMarketsAsync(None);
        foreach (var frame in Enum.GetValues<TimeFrame>())
        {
            var since = _since - (15 * frame.Length());

            var bars = await venue.GetBarsAsync(Market, frame, since, None);

            bars.Count.ShouldBeInRange(8, 15, frame.ToString());
            bars.ShouldAllBe(bar => bar.At >= since && frame.Floor(bar.At) == bar.At && bar.At + frame.Length() <= TimeProvider.System.GetUtcNow());
            bars.ShouldAllBe(bar => bar.Low > 0 && bar.Low <= bar.Close && bar.High >= bar.Close && bar.Volume > 0);
            bars.Select(bar => bar.At).ShouldBeInOrder();
        }
    }

    [Fact]
    public async Task Clock_ThatIsOff_ShowsInTheBalances()
    {
        await using var venue = Harness.Open();
        Harness.Skew(TimeSpan.FromSeconds(40));

        var report = await venue.GetBalancesAsync(None);

        (report.At - TimeProvider.System.GetUtcNow()).ShouldBeInRange(TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(45));
    }

    protected static Balance Of(BalanceReport report, string asset) => report.Balances.Single(balance => balance.Asset == asset);

    protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var clock = TimeProvider.System;
        for (var start = clock.GetTimestamp(); clock.GetElapsedTime(start) < Patience;)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), clock);
        }

        throw new TimeoutException("the expected state was never reached");
    }

    protected async Task<IReadOnlyList<VenueFill>> FillsAsync(IVenue venue, int count)
    {
        IReadOnlyList<VenueFill> fills = [];
        await UntilAsync(async () => (fills = (await venue.GetFillsAsync(null, _since, None)).Fills).Count >= count);
        return fills;
    }

    protected OrderRequest Order(string id, TradeSide side, decimal quantity, decimal? limit) =>
        new(id, Market, side, limit is null ? OrderType.Market : OrderType.Limit, quantity, limit);

    protected static Task<SendOutcome> PlaceAsync(IVenue venue, OrderRequest order, TimeSpan? time = null) =>
        venue.PlaceAsync(order, SendDeadline.After(time ?? TimeSpan.FromSeconds(5), UptimeClock.OfMachine), None);

    /// <summary>By client id where the venue can, else among its open and closed orders.</summary>
    private async Task<VenueOrder?> FindAsync(IVenue venue, string id) => venue.Capabilities.FindsByClientId
        ? await venue.FindOrderAsync(id, Market, None)
        : (await venue.GetOpenOrdersAsync(None)).Concat(await venue.GetClosedOrdersAsync(_since, None)).FirstOrDefault(order => order.ClientOrderId == id);

    /// <summary>After a broken connection a venue may need a moment to be reached again.</summary>
    private async Task<bool> SeesOrderAsync(IVenue venue, string id)
    {
        try
        {
            return await FindAsync(venue, id) is not null;
        }
        catch (VenueException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(IVenue venue)
    {
        try
        {
            return (await venue.GetBalancesAsync(None)).Balances.Count > 0;
        }
        catch (VenueException)
        {
            return false;
        }
    }
}
