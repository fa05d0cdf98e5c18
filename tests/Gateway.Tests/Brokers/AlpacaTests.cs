using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Emulators.Books;
using Rebalancer.Gateway.Tests.Conformance;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

public sealed class AlpacaTests : BrokerRules<AlpacaHarness>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task ClientId_IsRefusedForEver()
    {
        await using var venue = Harness.Open();
        await PlaceAsync(venue, Order("rbonce000000000001", TradeSide.Buy, 1, null));

        (await PlaceAsync(venue, Order("rbonce000000000001", TradeSide.Buy, 1, null)))
            .ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe("duplicate-client-id");
        Harness.Book.Fills(Harness.Account).Count.ShouldBe(1);
    }

    [Fact]
    public async Task FractionOfAShare_IsBoughtForTheDay()
    {
        await using var venue = Harness.Open();

        (await PlaceAsync(venue, Order("rbfraction00000001", TradeSide.Buy, 0.123456789m, null))).ShouldBeOfType<SendOutcome.Acknowledged>();

        (await FillsAsync(venue, 1)).ShouldHaveSingleItem().Quantity.ShouldBe(0.123456789m);
        Of(await venue.GetBalancesAsync(None), "VTI").Total.ShouldBe(20.123456789m);
    }

    [Fact]
    public async Task LimitOrder_LocksWhatItMayTake()
    {
        await using var venue = Harness.Open();
        await PlaceAsync(venue, Order("rblocks00000000001", TradeSide.Buy, 10, 50));
        await PlaceAsync(venue, Order("rblocks00000000002", TradeSide.Sell, 5, 150));

        var balances = await venue.GetBalancesAsync(None);

        Of(balances, "USD").ShouldBe(new Balance("USD", 99_500, 500, 0, true));
        Of(balances, "VTI").ShouldBe(new Balance("VTI", 15, 5, 0, false));
    }

    [Fact]
    public async Task TradeUpdates_SayThatAnOrderMoved_AlsoAfterTheirConnectionWasLost()
    {
        await using var venue = Harness.Open();
        var heard = 0;
        venue.HearOfOrders(() => Interlocked.Increment(ref heard));
        await venue.GetBalancesAsync(None);
        foreach (var time in new[] { 1, 2 })
        {
            await UntilAsync(() => Task.FromResult(Harness.Emulator.Listeners == 1));
            var before = Volatile.Read(ref heard);

            Harness.Book.Place(new BookRequest(Harness.Account, "VTI", BookSide.Buy, 1, null, $"other-{time}"));

            await UntilAsync(() => Task.FromResult(Volatile.Read(ref heard) > before));
            Harness.Emulator.DisconnectListeners();
            await UntilAsync(() => Task.FromResult(Harness.Emulator.Listeners == 0));
        }

        Harness.Book.Place(new BookRequest(Harness.Account, "VTI", BookSide.Buy, 1, null, "other-3"));
        (await FillsAsync(venue, 3)).Count.ShouldBe(3, "what nobody told is found by asking");
    }

    [Fact]
    public async Task OrdersOfOthers_AreReadInPagesToTheEnd()
    {
        await using var venue = Harness.Open();
        for (var number = 0; number < 620; number++)
        {
            Harness.Book.Place(new BookRequest(Harness.Account, "VTI", BookSide.Buy, 1, 1 + (0.01m * number), $"other-{number}"));
        }

        var open = await venue.GetOpenOrdersAsync(None);

        open.Select(order => order.ClientOrderId).Distinct().Count().ShouldBe(620);
        open.Count.ShouldBe(620);
    }

    [Fact]
    public async Task Transfers_AreMoneyAndShares_FromEveryPage()
    {
        await using var venue = Harness.Open();
        for (var number = 0; number < 105; number++)
        {
            Harness.Book.Transfer(Harness.Account, "dividend", "USD", 0.01m * (number + 1));
        }

        Harness.Book.Transfer(Harness.Account, "split", "VTI", 20);

        var transfers = await venue.GetTransfersAsync(TimeProvider.System.GetUtcNow().AddDays(-1), None);

        transfers.Count.ShouldBe(106);
        transfers.Where(transfer => transfer.Kind == "dividend").Sum(transfer => transfer.Amount).ShouldBe(55.65m);
        var split = transfers.Single(transfer => transfer.Kind == "split");
        (split.Asset, split.Amount).ShouldBe(("VTI", 20));
        transfers.Select(transfer => transfer.Id).Distinct().Count().ShouldBe(106);
    }

    [Fact]
    public async Task Secret_ThatIsWrong_IsUnauthorised_AndInNoMessage()
    {
        await using var venue = Harness.Open(Harness.Settings(Harness.Emulator.Address.ToString(), "CANARY-SECRET"));

        var error = await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(None));

        error.Kind.ShouldBe(VenueErrorKind.Unauthorised);
        error.ToString().ShouldNotContain("CANARY");
    }

    [Fact]
    public async Task Endpoint_IsWhereEveryRequestGoes()
    {
        await using var venue = Harness.Open();
        await venue.GetMarketsAsync(None);
        await venue.GetQuotesAsync([Harness.Market], None);
        await venue.GetBarsAsync(Harness.Market, TimeFrame.OneDay, TimeProvider.System.GetUtcNow().AddDays(-9), None);

        Harness.Emulator.Requests.ShouldContain("GET /v2/stocks/quotes/latest");
        Harness.Emulator.Requests.ShouldContain("GET /v2/stocks/bars");
    }
}
