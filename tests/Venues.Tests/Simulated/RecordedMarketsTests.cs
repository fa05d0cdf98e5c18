using Rebalancer.Domain.Accounts;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class RecordedMarketsTests
{
    private static readonly MarketId Market = new("AAA", "USD");
    private static readonly DateTime First = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly RecordedPrices _prices = new([First, First.AddDays(1), First.AddDays(2), First.AddDays(3)], new SortedDictionary<string, decimal[]> { ["AAA"] = [0, 100, 0, 120] });
    private readonly SimulatedExchange _exchange;

    public RecordedMarketsTests() => _exchange = new SimulatedExchange(
        new SimulatedExchangeSettings
        {
            Name = "recorded", Kind = "exchange",
            Markets = [new SimulatedMarket(Market, 100, 0, 0, HalfSpread: 0.01m, TickSize: 0.01m, LotSize: 1, MinQuantity: 1, MinNotional: 0, MakerFeeRate: 0, TakerFeeRate: 0)],
        },
        new SeededNoise(1), _prices, _ => { });

    [Fact]
    public void Market_BeforeItsFirstPrice_IsNotListed()
    {
        _exchange.Markets(At(0, 22)).ShouldBeEmpty();
        _exchange.Quotes([Market], At(0, 22)).ShouldBeEmpty();
    }

    [Fact]
    public void Quote_IsTheRowOfTheDayFromItsHourOn()
    {
        _exchange.Quotes([Market], At(1, 20)).ShouldBeEmpty();
        _exchange.Quotes([Market], At(1, 21)).ShouldHaveSingleItem().ShouldBe(new Quote(Market, 99, 101, At(1, 21)));
        _exchange.Markets(At(1, 21)).ShouldHaveSingleItem().Session.ShouldBe(TradingSession.Open);
    }

    [Fact]
    public void Market_InARowWithoutItsPrice_IsClosedAtTheLast()
    {
        _exchange.Markets(At(2, 23)).ShouldHaveSingleItem().Session.ShouldBe(TradingSession.Closed);
        _exchange.Quotes([Market], At(2, 23)).ShouldHaveSingleItem().ShouldBe(new Quote(Market, 99, 101, At(1, 21)));
    }

    [Fact]
    public void Bars_HaveEndedBeforeTheyAreGiven()
    {
        _exchange.Bars(Market, TimeFrame.OneDay, At(0, 0), At(1, 23)).ShouldBeEmpty();
        _exchange.Bars(Market, TimeFrame.OneDay, At(0, 0), At(2, 0)).Select(bar => bar.Close).ShouldBe([100m]);
        _exchange.Bars(Market, TimeFrame.OneDay, At(0, 0), At(3, 23)).Select(bar => bar.Close).ShouldBe([100m]);
        _exchange.Bars(Market, TimeFrame.OneDay, At(0, 0), At(4, 0)).Select(bar => bar.Close).ShouldBe([100m, 120m]);
    }

    private static DateTimeOffset At(int day, int hour) => new DateTimeOffset(First).AddDays(day).AddHours(hour);
}
