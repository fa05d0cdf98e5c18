using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>What an account at every venue must do, whatever is behind it: the same questions to each, compared with the venue's own book.</summary>
public abstract class VenueConformance<TVenue> : VenueSuite<TVenue>
    where TVenue : VenueUnderTest, new()
{
    [Fact]
    public async Task Markets_HaveExactSteps_AndQuotesStandOnThem()
    {
        var venue = await Subject.OpenAsync();

        var rules = (await venue.GetMarketsAsync(None)).Single(rules => rules.Market == Subject.Market);
        var quote = (await venue.GetQuotesAsync([Subject.Market], None)).ShouldHaveSingleItem();

        rules.Session.ShouldBe(TradingSession.Open);
        rules.LotSize.ShouldBeGreaterThan(0);
        rules.TakerFeeRate.ShouldBeGreaterThanOrEqualTo(0);
        (quote.Bid % rules.TickSize, quote.Ask % rules.TickSize).ShouldBe((0, 0));
        quote.Bid.ShouldBeLessThan(quote.Ask);
    }

    [Fact]
    public async Task Market_TheVenueHasNot_IsLeftOutOfQuotes()
    {
        var venue = await Subject.OpenAsync();
        await venue.GetMarketsAsync(None);

        var quotes = await venue.GetQuotesAsync([Subject.Market, new MarketId("XYZQ", Subject.Market.Quote)], None);

        quotes.ShouldHaveSingleItem().Market.ShouldBe(Subject.Market);
    }

    [Fact]
    public async Task MarketOrder_IsFilled_AndBookedInBalancesAndFills()
    {
        var venue = await Subject.OpenAsync();
        var (asset, quote) = (await BalanceAsync(venue, Subject.Market.Asset), await BalanceAsync(venue, Subject.Market.Quote));

        var outcome = await PlaceAsync(venue, Market("rbmarket0000000001", TradeSide.Sell, Subject.Size));

        var acknowledged = outcome.ShouldBeOfType<SendOutcome.Acknowledged>().Order;
        acknowledged.ClientOrderId.ShouldBe("rbmarket0000000001");
        IReadOnlyList<VenueFill> fills = [];
        await UntilAsync(async () => (fills = (await venue.GetFillsAsync(null, Subject.Since, None)).Fills).Sum(fill => fill.Quantity) >= Subject.Size);
        fills.Sum(fill => fill.Quantity).ShouldBe(Subject.Size);
        fills.ShouldAllBe(fill => fill.VenueOrderId == acknowledged.VenueOrderId && fill.Side == TradeSide.Sell && fill.Market == Subject.Market);
        fills.Select(fill => fill.TradeId).ShouldBeUnique();
        await UntilAsync(async () => (await BalanceAsync(venue, Subject.Market.Asset)).Total == asset.Total - Subject.Size);
        var proceeds = fills.Sum(fill => (fill.Quantity * fill.Price) - (fill.FeeAsset == Subject.Market.Quote ? fill.Fee : 0));
        var after = await BalanceAsync(venue, Subject.Market.Quote);
        (after.Total, after.IsCurrency).ShouldBe((quote.Total + proceeds, true));
        (await FindAsync(venue, "rbmarket0000000001"))!.Status.ShouldBe(VenueOrderStatus.Filled);
        var booked = (await Subject.ReadBookAsync()).ShouldHaveSingleItem();
        (booked.ClientId, booked.Filled, booked.IsOpen).ShouldBe(("rbmarket0000000001", Subject.Size, false));
    }

    [Fact]
    public async Task LimitOrder_Rests_UntilItsCancelIsAccepted()
    {
        var venue = await Subject.OpenAsync();
        var held = (await BalanceAsync(venue, Subject.Market.Asset)).Total;

        await PlaceAsync(venue, Limit("rbrests00000000001", TradeSide.Sell, Subject.Size, Subject.FarPrice));

        var open = (await venue.GetOpenOrdersAsync(None)).ShouldHaveSingleItem();
        (open.ClientOrderId, open.Market, open.Side, open.Quantity, open.LimitPrice, open.Status).ShouldBe(
            ("rbrests00000000001", Subject.Market, TradeSide.Sell, Subject.Size, Subject.FarPrice, VenueOrderStatus.Open));
        (await BalanceAsync(venue, Subject.Market.Asset)).Total.ShouldBe(held);
        (await venue.CancelAsync("rbrests00000000001", Subject.Market, None)).ShouldBe(CancelOutcome.Accepted);
        await UntilAsync(async () => (await venue.GetOpenOrdersAsync(None)).Count == 0);
        (await venue.CancelAsync("rbrests00000000001", Subject.Market, None)).ShouldNotBe(CancelOutcome.Ambiguous);
        (await venue.GetClosedOrdersAsync(Subject.Since, None)).Single(order => order.ClientOrderId == "rbrests00000000001").Status.ShouldBe(VenueOrderStatus.Cancelled);
        (await venue.GetFillsAsync(null, Subject.Since, None)).Fills.ShouldBeEmpty();
        (await Subject.ReadBookAsync()).ShouldHaveSingleItem().IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task LimitOrder_IsFilledAsTheMarketComes_AndItsPartsAddUp()
    {
        var venue = await Subject.OpenAsync();
        await venue.GetMarketsAsync(None);
        var price = (await venue.GetQuotesAsync([Subject.Market], None)).ShouldHaveSingleItem().Bid;
        await PlaceAsync(venue, Limit("rbparts00000000001", TradeSide.Buy, Subject.Large, price));
        var filled = new List<decimal>();

        await UntilAsync(async () =>
        {
            await Subject.ComeToBuyerAsync(price);
            var order = (await FindAsync(venue, "rbparts00000000001")).ShouldNotBeNull();
            filled.Add(order.FilledQuantity);
            return order.Status == VenueOrderStatus.Filled;
        });

        filled.ShouldBeInOrder();
        filled[^1].ShouldBe(Subject.Large);
        IReadOnlyList<VenueFill> fills = [];
        await UntilAsync(async () => (fills = (await venue.GetFillsAsync(null, Subject.Since, None)).Fills).Sum(fill => fill.Quantity) >= Subject.Large);
        fills.Sum(fill => fill.Quantity).ShouldBe(Subject.Large);
        fills.Count.ShouldBeGreaterThan(Subject.FillsInParts ? 1 : 0);
        fills.ShouldAllBe(fill => fill.Price <= price);
    }

    [Fact]
    public async Task ImmediateOrCancel_WhereTheMarketIsNotThere_EndsAtOnce()
    {
        var venue = await Subject.OpenAsync();
        if (!venue.Capabilities.SupportsImmediateOrCancel)
        {
            return;
        }

        await PlaceAsync(venue, Limit("rbimmediate0000001", TradeSide.Sell, Subject.Size, Subject.FarPrice) with { TimeInForce = TimeInForce.ImmediateOrCancel });

        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await FindAsync(venue, "rbimmediate0000001"))!.Status.ShouldBeOneOf(VenueOrderStatus.Cancelled, VenueOrderStatus.Expired);
        (await BalanceAsync(venue, Subject.Market.Asset)).Locked.ShouldBe(0);
    }

    [Fact]
    public async Task UnknownOrder_IsFoundNowhere_AndNotFoundToCancel()
    {
        var venue = await Subject.OpenAsync();

        (await FindAsync(venue, "rbnever00000000001")).ShouldBeNull();
        (await venue.CancelAsync("rbnever00000000001", Subject.Market, None)).ShouldBe(CancelOutcome.NotFound);
    }

    [Fact]
    public async Task OrderAgainstTheRules_IsRejectedWithItsCode_AndLeavesNothing()
    {
        var venue = await Subject.OpenAsync();
        foreach (var (quantity, price, code) in Subject.Refused)
        {
            var outcome = await PlaceAsync(venue, Limit($"rbrefused-{code}"[..18], TradeSide.Buy, quantity, price));

            outcome.ShouldBeOfType<SendOutcome.Rejected>(outcome.ToString()).Code.ShouldBe(code, outcome.ToString());
        }

        (await venue.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await Subject.ReadBookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ClientId_OfAnOpenOrder_IsRefusedToAnother()
    {
        var venue = await Subject.OpenAsync();
        if (!Subject.RefusesOpenClientIds)
        {
            return;
        }

        await PlaceAsync(venue, Limit("rbtwice00000000001", TradeSide.Sell, Subject.Size, Subject.FarPrice));

        var outcome = await PlaceAsync(venue, Limit("rbtwice00000000001", TradeSide.Sell, Subject.Size, Subject.FarPrice));

        // Where the venue's words do not prove it, it is ambiguous, and found by asking.
        outcome.ShouldNotBeOfType<SendOutcome.Acknowledged>();
        (outcome as SendOutcome.Rejected)?.Code.ShouldBe(RejectCodes.DuplicateClientId);
        (await Subject.ReadBookAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Fills_ByCursor_LackNone_AndTheLastPageBringsNoOthers()
    {
        var venue = await Subject.OpenAsync();
        await venue.GetMarketsAsync(None);
        await venue.GetQuotesAsync([Subject.Market], None);
        var (cursor, seen) = ((string?)null, new SortedDictionary<string, decimal>(StringComparer.Ordinal));
        for (var order = 0; order < 3; order++)
        {
            await PlaceAsync(venue, Market($"rbcursor000000000{order}", TradeSide.Sell, Subject.Size));
            await UntilAsync(async () =>
            {
                var page = await venue.GetFillsAsync(cursor, Subject.Since, None);
                cursor = page.Cursor;
                foreach (var fill in page.Fills)
                {
                    seen[fill.TradeId] = fill.Quantity;
                }

                return seen.Values.Sum() >= (order + 1) * Subject.Size;
            });
        }

        seen.Values.Sum().ShouldBe(3 * Subject.Size);
        (await venue.GetFillsAsync(null, Subject.Since, None)).Fills.Select(fill => fill.TradeId).Order(StringComparer.Ordinal).ShouldBe(seen.Keys);
        (await venue.GetFillsAsync(cursor, Subject.Since, None)).Fills.ShouldAllBe(fill => seen.ContainsKey(fill.TradeId));
    }

    [Fact]
    public async Task Fills_JustMade_LeaveACursorThatComesToRest()
    {
        var venue = await Subject.OpenAsync();
        await PlaceAsync(venue, Market("rbrest000000000001", TradeSide.Sell, Subject.Size));
        await UntilAsync(async () => (await venue.GetFillsAsync(null, Subject.Since, None)).Fills.Count > 0);
        var page = await venue.GetFillsAsync(null, Subject.Since, None);

        // Who reads to the end asks until nothing follows or the cursor stays where it is.
        for (var pages = 0; pages < 3; pages++)
        {
            var next = await venue.GetFillsAsync(page.Cursor, Subject.Since, None);
            if (next.Fills.Count == 0 || next.Cursor == page.Cursor)
            {
                return;
            }

            page = next;
        }

        page.Fills.ShouldBeEmpty("the cursor never comes to rest");
    }

    [Fact]
    public async Task Fills_WhileNothingIsTraded_LeaveTheCursorWhereItIs()
    {
        var venue = await Subject.OpenAsync();
        var page = await venue.GetFillsAsync(null, Subject.Since, None);

        var next = await venue.GetFillsAsync(page.Cursor, Subject.Since, None);

        next.Cursor.ShouldBe(page.Cursor, "every move of it is journaled");
    }

    [Fact]
    public async Task Deposit_RaisesTheBalance_AndIsInTheHistory()
    {
        var venue = await Subject.OpenAsync();
        var before = (await BalanceAsync(venue, Subject.Market.Quote)).Total;

        await Subject.DepositAsync(venue, 250.5m);

        await UntilAsync(async () => (await BalanceAsync(venue, Subject.Market.Quote)).Total == before + 250.5m);
        if (venue.Capabilities.ReportsTransfers)
        {
            var transfer = (await venue.GetTransfersAsync(Subject.Since, None)).ShouldHaveSingleItem();
            (transfer.Kind, transfer.Asset, transfer.Amount).ShouldBe(("deposit", Subject.Market.Quote, 250.5m));
        }
    }

    [Fact]
    public async Task Accounts_OfOneVenue_AreApart()
    {
        var first = await Subject.OpenAsync();
        if (!Subject.HasSeveralAccounts)
        {
            return;
        }

        var second = await Subject.OpenSecondAsync();
        var held = (await BalanceAsync(second, Subject.Market.Asset)).Total;
        await PlaceAsync(first, Limit("rbfirst00000000001", TradeSide.Sell, Subject.Size, Subject.FarPrice));
        await PlaceAsync(first, Market("rbfirst00000000002", TradeSide.Sell, Subject.Size));

        (await second.GetOpenOrdersAsync(None)).ShouldBeEmpty();
        (await FindAsync(second, "rbfirst00000000001")).ShouldBeNull();
        (await second.GetFillsAsync(null, Subject.Since, None)).Fills.ShouldBeEmpty();
        (await BalanceAsync(second, Subject.Market.Asset)).Total.ShouldBe(held);
    }

    [Theory]
    [InlineData(TimeFrame.FifteenMinutes)]
    [InlineData(TimeFrame.OneHour)]
    [InlineData(TimeFrame.FourHours)]
    [InlineData(TimeFrame.OneDay)]
    [InlineData(TimeFrame.OneWeek)]
    public async Task Bars_AreWholeEndedFrames_InOrderOnTheGrid(TimeFrame frame)
    {
        var venue = await Subject.OpenAsync();
        await venue.GetMarketsAsync(None);
        var since = Subject.Now - (15 * frame.Length());

        var bars = await venue.GetBarsAsync(Subject.Market, frame, since, None);

        bars.Count.ShouldBeInRange(8, 15);
        bars.ShouldAllBe(bar => bar.At >= since && frame.Floor(bar.At) == bar.At && bar.At + frame.Length() <= Subject.Now);
        bars.ShouldAllBe(bar => bar.Low > 0 && bar.Low <= Math.Min(bar.Open, bar.Close) && bar.High >= Math.Max(bar.Open, bar.Close) && bar.Volume > 0);
        bars.Zip(bars.Skip(1)).ShouldAllBe(pair => pair.First.At < pair.Second.At);
    }
}
