using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>What every exchange behind ccxt says, beyond what every venue must, when something goes wrong on the way.</summary>
public abstract class CcxtFaultRules<TVenue> : IAsyncLifetime
    where TVenue : EmulatedVenue, new()
{
    private const string Id = "rbfault00000000000";

    protected static readonly CancellationToken None = CancellationToken.None;

    protected TVenue Venue { get; } = new();

    protected int Placements => Venue.Requests.Count(request => request.Contains(Venue.PlaceRequest, StringComparison.Ordinal));

    public async ValueTask InitializeAsync() => await Venue.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Venue.DisposeAsync();
    }

    [Theory]
    [InlineData(EmulatorFault.TooManyRequests)]
    [InlineData(EmulatorFault.Banned)]
    public async Task Send_BeyondTheRate_IsRejectedWithoutAnOrder(EmulatorFault fault)
    {
        var venue = await OpenAsync();
        Venue.Faults.Plan(Venue.PlaceRequest, fault);

        (await PlaceAsync(venue)).ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe(RejectCodes.RateLimited);

        Placements.ShouldBe(1);
        Venue.Book.Orders().ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_ToAVenueThatHasGone_IsNotSent()
    {
        var venue = await OpenAsync();
        await Venue.StopAsync();

        // A connection kept alive may not have seen the end yet, and what is written to it is ambiguous: the question meets it instead.
        await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(CancellationToken.None));
        (await PlaceAsync(venue)).ShouldBeOfType<SendOutcome.NotSent>();
    }

    [Fact]
    public async Task Send_ToALiveVenueInPaperMode_IsNeverSent()
    {
        // Kraken has no sandbox, so that its live system is what could be sent to.
        var venue = Venue.Open(EmulatedVenue.First, account => account with { Venue = "ccxt:kraken", Mode = TradingMode.Paper });

        (await PlaceAsync(venue)).ShouldBeOfType<SendOutcome.NotSent>().Reason.ShouldContain("mode");

        Placements.ShouldBe(0);
    }

    [Theory]
    [InlineData(EmulatorFault.ServerErrorBefore, VenueErrorKind.Unavailable)]
    [InlineData(EmulatorFault.DisconnectBefore, VenueErrorKind.Unavailable)]
    [InlineData(EmulatorFault.Html, VenueErrorKind.Malformed)]
    [InlineData(EmulatorFault.Truncated, VenueErrorKind.Malformed)]
    [InlineData(EmulatorFault.TooManyRequests, VenueErrorKind.RateLimited)]
    public async Task Markets_ThatCannotBeRead_AreAnError_AndNeverAnEmptyList(EmulatorFault fault, VenueErrorKind kind)
    {
        var unread = Venue.Open(EmulatedVenue.Second);
        Venue.Faults.Plan("", fault);

        var error = await Should.ThrowAsync<VenueException>(() => unread.GetMarketsAsync(None));

        error.Kind.ShouldBe(kind, error.Message);
        error.RetryAfter.ShouldBe(kind == VenueErrorKind.RateLimited ? TimeSpan.FromSeconds(7) : null);
    }

    [Fact]
    public async Task Key_ThatIsWrong_IsUnauthorised_AndItsOrderRejected()
    {
        var venue = Venue.Open(EmulatedVenue.First, account => account with
        {
            Credentials = new SortedDictionary<string, string> { ["apiKey"] = "no-such-key", ["secret"] = "bm8gc3VjaCBzZWNyZXQ=" },
            Options = Allowing(account.Options),
        });

        (await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(None))).Kind.ShouldBe(VenueErrorKind.Unauthorised);
        (await PlaceAsync(venue)).ShouldBeOfType<SendOutcome.Rejected>().Code.ShouldBe("unauthorised");
    }

    [Fact]
    public async Task Key_ThatCanWithdraw_IsRefused_UnlessItsOwnerAcceptsIt()
    {
        AddWithdrawalKey("withdrawing", "d2l0aGRyYXdpbmc=");
        VenueAccount Change(VenueAccount account) => account with
        {
            Credentials = new SortedDictionary<string, string> { ["apiKey"] = "withdrawing", ["secret"] = "d2l0aGRyYXdpbmc=" },
        };

        var refused = Venue.Open(EmulatedVenue.First, Change);
        (await Should.ThrowAsync<VenueException>(() => refused.GetBalancesAsync(None))).Message.ShouldContain("can withdraw");
        (await PlaceAsync(refused)).ShouldBeOfType<SendOutcome.NotSent>();

        var accepted = Venue.Open(EmulatedVenue.First, account => Change(account) with { Options = Allowing(account.Options) });
        (await accepted.GetBalancesAsync(None)).Balances.ShouldNotBeEmpty();
    }

    protected abstract void AddWithdrawalKey(string key, string secret);

    protected static LocatedObject Allowing(LocatedObject? options) =>
        new(1, [.. options?.Members ?? [], new("allowWithdrawalKey", 1, new LocatedFlag(1, true))]);

    protected Task<SendOutcome> PlaceAsync(IVenue venue, double seconds = 5) => venue.PlaceAsync(
        new OrderRequest(Id, Venue.Btc, TradeSide.Sell, OrderType.Limit, 0.1m, 90_000), SendDeadline.After(TimeSpan.FromSeconds(seconds), UptimeClock.OfMachine), None);

    /// <summary>An account whose markets are known and whose key was looked at.</summary>
    private async Task<IVenue> OpenAsync()
    {
        var venue = Venue.Open(EmulatedVenue.First);
        await venue.GetMarketsAsync(None);
        await venue.GetQuotesAsync([Venue.Btc], None);
        return venue;
    }
}

public sealed class BinanceFaultTests : CcxtFaultRules<BinanceVenue>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Key_ThatCannotTrade_ReadsAndSendsNothing_UntilItsRulesAreReadWithThePermission(bool allowsWithdrawal)
    {
        var key = new BinanceKey(EmulatedVenue.First, "reading", "cmVhZGluZw==", CanTrade: false);
        Venue.AddKey(key);
        var venue = Venue.Open(EmulatedVenue.First, account => account with
        {
            Credentials = new SortedDictionary<string, string> { ["apiKey"] = key.ApiKey, ["secret"] = key.Secret },
            Options = allowsWithdrawal ? Allowing(account.Options) : account.Options,
        });
        venue.CannotTrade.ShouldBeNull();

        (await venue.GetBalancesAsync(None)).Balances.ShouldNotBeEmpty();
        venue.CannotTrade.ShouldNotBeNull().ShouldContain("may read and not trade");
        (await PlaceAsync(venue)).ShouldBeOfType<SendOutcome.NotSent>().Reason.ShouldContain("may read and not trade");
        Placements.ShouldBe(0);

        Venue.AddKey(key with { CanTrade = true });
        await venue.GetMarketsAsync(None);
        venue.CannotTrade.ShouldBeNull();
        (await PlaceAsync(venue)).ShouldBeOfType<SendOutcome.Acknowledged>();
    }

    protected override void AddWithdrawalKey(string key, string secret) => Venue.AddKey(new(EmulatedVenue.First, key, secret, CanWithdraw: true));
}

public sealed class KrakenFaultTests : CcxtFaultRules<KrakenVenue>
{
    protected override void AddWithdrawalKey(string key, string secret) => Venue.AddKey(new(EmulatedVenue.First, key, secret, CanWithdraw: true));
}
