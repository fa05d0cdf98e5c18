using NSubstitute;
using Rebalancer.Actors.MarketData;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Journals;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Tests.MarketData;

public sealed class HistoryReaderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MarketId Btc = new("BTC", "USD");
    private static readonly MarketId Eth = new("ETH", "USD");

    private readonly IVenue _venue = Substitute.For<IVenue>();
    private readonly List<DateTimeOffset> _asked = [];
    private List<PriceBar> _bars = Days(25);

    public HistoryReaderTests() => _venue.GetBarsAsync(Arg.Any<MarketId>(), TimeFrame.OneDay, Arg.Any<DateTimeOffset>(), Arg.Any<CancellationToken>())
        .Returns(call => Task.FromResult(Page(call.ArgAt<MarketId>(0), call.ArgAt<DateTimeOffset>(2))));

    [Fact]
    public async Task Read_MorePagesThanOne_PutsThemTogetherOnce()
    {
        var (answer, _) = await ReadAsync(HistoryCache.Empty, Btc);

        answer.Markets.ShouldHaveSingleItem().Bars.ShouldBe(_bars);
        _asked.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Read_Again_AsksOnlyForWhatIsNew()
    {
        var (_, cache) = await ReadAsync(HistoryCache.Empty, Btc);
        _asked.Clear();
        _bars = Days(27);

        var (answer, _) = await ReadAsync(cache, Btc);

        answer.Markets[0].Bars.ShouldBe(_bars);
        _asked.ShouldAllBe(since => since >= Start.AddDays(24));
    }

    [Fact]
    public async Task Read_WhenThePastWasAdjusted_ReadsAllOfItAnew()
    {
        var (_, cache) = await ReadAsync(HistoryCache.Empty, Btc);
        _bars = [.. Days(27).Select(bar => bar with { Close = bar.Close / 2 })];

        (await ReadAsync(cache, Btc)).Answer.Markets[0].Bars.ShouldBe(_bars);
    }

    [Fact]
    public async Task Read_WhenTheVenueFailsForOneMarket_SaysSoAndReadsTheOthers()
    {
        var (answer, cache) = await ReadAsync(HistoryCache.Empty, Eth, Btc);

        answer.Markets[0].Failure.ShouldBe("no such market");
        answer.Markets[1].Bars.Count.ShouldBe(25);
        cache.Series.Keys.ShouldBe(["BTC/USD 1d"]);
    }

    [Fact]
    public async Task Read_AfterARestart_AsksOnlyForWhatIsNew_AndOfAnotherSourceForAll()
    {
        var journal = new InMemoryJournal();
        Task<(HistoryAnswer Answer, HistoryCache Cache)> ReadFromAsync(string source) => new HistoryReader(
            "kraken", _venue, source, new PriceHistoryStore(journal, TimeProvider.System)).ReadAsync(
            new GetHistory([Btc], TimeFrame.OneDay, Start), HistoryCache.Empty, TestContext.Current.CancellationToken);
        await ReadFromAsync("kraken");
        _asked.Clear();
        _bars = Days(27);

        (await ReadFromAsync("kraken")).Answer.Markets[0].Bars.ShouldBe(_bars);

        _asked.ShouldAllBe(since => since >= Start.AddDays(24));
        await ReadFromAsync("binance");
        _asked.ShouldContain(Start);
    }

    private async Task<(HistoryAnswer Answer, HistoryCache Cache)> ReadAsync(HistoryCache cache, params MarketId[] markets) =>
        await new HistoryReader("kraken", _venue).ReadAsync(new GetHistory(markets, TimeFrame.OneDay, Start), cache, TestContext.Current.CancellationToken);

    /// <summary>Ten at once, the one asked from among them.</summary>
    private IReadOnlyList<PriceBar> Page(MarketId market, DateTimeOffset since)
    {
        _asked.Add(since);
        return market == Eth ? throw new VenueException(VenueErrorKind.Unsupported, "no such market") : [.. _bars.Where(bar => bar.At >= since).Take(10)];
    }

    private static List<PriceBar> Days(int count) => [.. Enumerable.Range(0, count).Select(day => new PriceBar(Start.AddDays(day), 1, 1, 1, 100 + day, 1))];
}
