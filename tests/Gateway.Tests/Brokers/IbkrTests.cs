using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Ibkr;
using Rebalancer.Gateway.Tests.Conformance;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

public sealed class IbkrTests : BrokerRules<IbkrHarness>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Fill_IsToldOnceItsCommissionIsKnown()
    {
        Harness.Book.Add(new BookMarket("VTI", "VTI", "USD", 0.01m, 1e-9m, 1e-9m, 1, 0.001m, 10), 99.99m, 100.01m);
        Harness.Emulator.HoldsCommissions = true;
        await using var venue = Harness.Open();
        await PlaceAsync(venue, Order("rblatefee000000001", TradeSide.Buy, 1, null));
        var since = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        (await venue.GetFillsAsync(null, since, None)).Fills.ShouldBeEmpty();

        Harness.Emulator.HoldsCommissions = false;

        var fill = (await FillsAsync(venue, 1)).ShouldHaveSingleItem();
        (fill.Fee, fill.FeeAsset).ShouldBe((0.10001m, "USD"));
    }

    [Fact]
    public async Task Restart_OfTheGateway_IsOutlived_WithOrdersAndNumbers()
    {
        await using var venue = Harness.Open();
        await PlaceAsync(venue, Order("rbnight00000000001", TradeSide.Sell, 1, 120));

        Harness.Emulator.Restart();

        await UntilAsync(async () => await OpenCountAsync(venue) == 1);
        (await PlaceAsync(venue, Order("rbnight00000000002", TradeSide.Sell, 1, 121))).ShouldBeOfType<SendOutcome.Acknowledged>();
        (await venue.CancelAsync("rbnight00000000001", Harness.Market, None)).ShouldBe(CancelOutcome.Accepted);
        Harness.Book.Orders(Harness.Account).Select(order => order.Status).ShouldBe([BookStatus.Cancelled, BookStatus.Open]);
    }

    [Fact]
    public async Task Link_ThatIsLostBehindTheGateway_IsUnavailable_UntilItIsBack()
    {
        await using var venue = Harness.Open();
        await venue.GetBalancesAsync(None);
        Harness.Emulator.Announce(1100, "Connectivity between IB and Trader Workstation has been lost.");
        await UntilAsync(async () => await OpenCountAsync(venue) is null);
        (await PlaceAsync(venue, Order("rblink000000000001", TradeSide.Sell, 1, 120))).ShouldBeOfType<SendOutcome.NotSent>();

        Harness.Emulator.Announce(1102, "Connectivity between IB and Trader Workstation has been restored - data maintained.");

        await UntilAsync(async () => await OpenCountAsync(venue) == 0);
        Harness.Placements.ShouldBe(0);
    }

    [Fact]
    public async Task Quotes_FollowWhatIsPushed_AlsoAfterANewConnection()
    {
        await using var venue = Harness.Open();
        await venue.GetQuotesAsync([Harness.Market], None);
        Harness.Book.SetQuote("VTI", 98, 99);
        Harness.Emulator.Restart();

        await UntilAsync(async () => await OpenCountAsync(venue) == 0);
        (await venue.GetQuotesAsync([Harness.Market], None)).ShouldHaveSingleItem().Bid.ShouldBe(98);
    }

    [Fact]
    public async Task Account_ThatTheLoginHasNot_IsUnauthorised()
    {
        await using var venue = Harness.Open(Harness.Emulator.Port, """{ "account": "U999" }""");

        var error = await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(None));

        error.Kind.ShouldBe(VenueErrorKind.Unauthorised);
        error.Message.ShouldContain($"the login has no account U999, only {Harness.Account}");
    }

    [Fact]
    public async Task LiveAccount_InModePaper_IsSentNothing()
    {
        await using var live = IbkrEmulator.Start("U123", TimeProvider.System);
        live.Book.Add(new BookMarket("VTI", "VTI", "USD", 0.01m, 1, 1, 1, 0, 10), 99.99m, 100.01m);
        live.Book.Endow("U123", "USD", 1_000);
        await using var venue = Harness.Open(live.Port, "{}");

        var outcome = await PlaceAsync(venue, Order("rblive000000000001", TradeSide.Buy, 1, null));

        outcome.ShouldBeOfType<SendOutcome.NotSent>().Reason.ShouldContain("U123 is a live account and the portfolio's mode is paper");
        live.Placements.ShouldBe(0);
    }

    [Fact]
    public async Task OrdersOfOtherClients_AreSeenToo()
    {
        await using var venue = Harness.Open();
        Harness.Book.Place(new BookRequest(Harness.Account, "VTI", BookSide.Sell, 2, 130, "by hand"));

        var order = (await venue.GetOpenOrdersAsync(None)).ShouldHaveSingleItem();

        (order.ClientOrderId, order.Quantity, order.LimitPrice).ShouldBe(("by hand", 2, 130));
    }

    private static async Task<int?> OpenCountAsync(IVenue venue)
    {
        try
        {
            return (await venue.GetOpenOrdersAsync(None)).Count;
        }
        catch (VenueException)
        {
            return null;
        }
    }
}
