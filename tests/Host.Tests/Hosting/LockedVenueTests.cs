using NSubstitute;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Common;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Hosting;
using Rebalancer.Venues;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class LockedVenueTests
{
    private static readonly MarketId Btc = new("BTC", "USD");
    private static readonly VenueCapabilities Capabilities = new("kraken", "exchange", FindsByClientId: true, ReportsTransfers: true, SupportsMarketOrders: true, 1);
    private static readonly OrderRequest Order = new("c-1", Btc, TradeSide.Buy, OrderType.Limit, 1, 100);

    private readonly IVenue _venue = Substitute.For<IVenue>();
    private int _tries;

    [Fact]
    public async Task Query_WhileTheCredentialsCannotBeRead_FailsWithTheReason_AndNothingIsSent()
    {
        await using var locked = new LockedVenue(Capabilities, () => throw CommandException.BadInput("accounts[k].credentials: does not open"));

        var failure = await Should.ThrowAsync<VenueException>(() => locked.GetBalancesAsync(CancellationToken.None));
        (failure.Kind, failure.Message).ShouldBe((VenueErrorKind.Unauthorised, "accounts[k].credentials: does not open"));
        await Should.ThrowAsync<VenueException>(() => locked.CancelAsync("c-1", Btc, CancellationToken.None));
        (await locked.PlaceAsync(Order, SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.OfMachine), CancellationToken.None)).ShouldBeOfType<SendOutcome.NotSent>();
        locked.Capabilities.ShouldBe(Capabilities);
    }

    [Fact]
    public async Task Query_OnceTheyCanBeRead_GoesToTheVenue_WhichIsOpenedOnceAndClosedWithThis()
    {
        var balances = new BalanceReport(DateTimeOffset.UnixEpoch, []);
        _venue.GetBalancesAsync(default).ReturnsForAnyArgs(balances);
        var locked = new LockedVenue(Capabilities, () => ++_tries < 3 ? throw CommandException.BadInput("not yet") : ValueTask.FromResult(_venue));
        locked.HearOfOrders(() => { });
        await Should.ThrowAsync<VenueException>(() => locked.GetBalancesAsync(CancellationToken.None));
        await Should.ThrowAsync<VenueException>(() => locked.GetMarketsAsync(CancellationToken.None));

        (await locked.GetBalancesAsync(CancellationToken.None)).ShouldBe(balances);
        await locked.GetQuotesAsync([Btc], CancellationToken.None);
        _tries.ShouldBe(3);
        _venue.ReceivedWithAnyArgs(1).HearOfOrders(default!);
        await locked.DisposeAsync();
        await _venue.Received(1).DisposeAsync();
    }
}
