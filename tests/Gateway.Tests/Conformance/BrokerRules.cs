using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Emulators.Books;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Conformance;

/// <summary>What a broker does beyond what every venue must: it has sessions, and long lists.</summary>
public abstract class BrokerRules<THarness> : IAsyncLifetime
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
        Harness.Furnish();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Harness.DisposeAsync();
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

    /// <summary>Holidays and early closes come this way: a broker names the very moment.</summary>
    [Fact]
    public async Task Markets_InSession_AreOpen_AndSayUntilWhen()
    {
        await using var venue = Harness.Open();

        var rules = (await venue.GetMarketsAsync(None)).Single(rules => rules.Market == Market);

        rules.Session.ShouldBe(TradingSession.Open);
        rules.NextClose.ShouldNotBeNull().ShouldBeInRange(_since, _since.AddDays(1));
        rules.SessionAt(rules.NextClose.Value).ShouldBe(TradingSession.Closed);
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
}
