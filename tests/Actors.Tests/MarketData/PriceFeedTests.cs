using Rebalancer.Actors.MarketData;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Scheduling;

namespace Rebalancer.Actors.Tests.MarketData;

public sealed class PriceFeedTests
{
    private static readonly MarketId Btc = new("BTC", "USD");

    private readonly SimulationScheduler _scheduler = new(3);
    private readonly IActorRef _feed;

    public PriceFeedTests() =>
        _feed = new ActorSystem(new ActorSystemOptions { Scheduler = _scheduler, Seed = 3 }).Spawn(new Props(() => new PriceFeed()), "prices");

    [Fact]
    public void GetPrices_AfterAWhile_CarriesTheAgeOfEachPrice()
    {
        See("kraken", 50_000, _scheduler.Clock.GetUtcNow());
        _scheduler.RunFor(TimeSpan.FromSeconds(40));

        Prices().ShouldHaveSingleItem().AgeSeconds.ShouldBe(40, 0.001);
    }

    [Fact]
    public void QuotesSeen_OlderThanTheLast_DoesNotUndoIt()
    {
        var now = _scheduler.Clock.GetUtcNow();
        See("kraken", 50_000, now);
        See("kraken", 40_000, now.AddSeconds(-5));

        Prices().ShouldHaveSingleItem().Bid.ShouldBe(50_000);
    }

    [Fact]
    public void GetPrices_OneMarketAtTwoAccounts_NamesBothSources()
    {
        See("kraken", 50_000, _scheduler.Clock.GetUtcNow());
        See("binance", 50_010, _scheduler.Clock.GetUtcNow());

        Prices().Select(price => price.AccountId).ShouldBe(["binance", "kraken"]);
    }

    private void See(string account, decimal price, DateTimeOffset at)
    {
        _feed.Tell(new QuotesSeen(account, [new Quote(Btc, price, price, at)]));
        _scheduler.RunUntilIdle();
    }

    private IReadOnlyList<LastPrice> Prices() =>
        _scheduler.Run(async () => await _feed.AskAsync<IReadOnlyList<LastPrice>>(new GetPrices(), TimeSpan.FromSeconds(1)));
}
