using NSubstitute;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Venues;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class OrderlyVenuesTests
{
    private static readonly MarketId Btc = new("BTC", "USD");
    private static readonly OrderRequest Buy = new("c-1", Btc, TradeSide.Buy, OrderType.Limit, 1, 100);

    private readonly OrderlyVenues _orderly = new(mostQuestions: 2);
    private readonly List<TaskCompletionSource<BalanceReport>> _asked = [];
    private readonly IVenue _inner = Substitute.For<IVenue>();

    public OrderlyVenuesTests() => _inner.GetBalancesAsync(default).ReturnsForAnyArgs(_ =>
    {
        _asked.Add(new TaskCompletionSource<BalanceReport>());
        return _asked[^1].Task;
    });

    [Fact]
    public async Task Questions_OfAllAccountsAtOneAddress_TakeTurns()
    {
        var waiting = Enumerable.Range(0, 5).Select(n => Venue($"a{n}").GetBalancesAsync(CancellationToken.None)).ToList();
        _asked.Count.ShouldBe(2);

        // A failure makes room as an answer does.
        _asked[0].SetException(new VenueException(VenueErrorKind.Unavailable, "no answer"));
        await Should.ThrowAsync<VenueException>(() => waiting[0]);
        await AnswerUntilAsync(asked: 3);
        _asked[1].SetResult(new BalanceReport(DateTimeOffset.UnixEpoch, []));
        await AnswerUntilAsync(asked: 4);
        waiting.Count(question => question.IsCompleted).ShouldBe(2);
    }

    [Fact]
    public async Task Orders_AndOtherAddresses_DoNotWait()
    {
        var kept = new[] { Venue("a").GetBalancesAsync(CancellationToken.None), Venue("b").GetBalancesAsync(CancellationToken.None) };
        _inner.CancelAsync(default!, default!, default).ReturnsForAnyArgs(CancelOutcome.Accepted);

        await Venue("c").PlaceAsync(Buy, SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.OfMachine), CancellationToken.None);
        await Venue("c").CancelAsync("c-1", Btc, CancellationToken.None);
        var elsewhere = Venue("d", "http://127.0.0.1:9/").GetBalancesAsync(CancellationToken.None);

        _asked.Count.ShouldBe(3);
        kept.ShouldAllBe(question => !question.IsCompleted);
        elsewhere.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Question_CancelledWhileItWaits_IsNeverAsked_AndTakesNoTurn()
    {
        _ = Venue("a").GetBalancesAsync(CancellationToken.None);
        _ = Venue("b").GetBalancesAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var given = Venue("c").GetBalancesAsync(stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => given);

        _ = Venue("d").GetBalancesAsync(CancellationToken.None);
        _asked[0].SetResult(new BalanceReport(DateTimeOffset.UnixEpoch, []));
        await AnswerUntilAsync(asked: 3);
    }

    private IVenue Venue(string id, string? endpoint = null) =>
        _orderly.Order(_inner, new AccountConfiguration { Id = id, Venue = "simulated", Endpoint = endpoint });

    /// <summary>A place is handed on by the thread pool, in its own time.</summary>
    private async Task AnswerUntilAsync(int asked)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_asked.Count < asked)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        _asked.Count.ShouldBe(asked);
    }
}
