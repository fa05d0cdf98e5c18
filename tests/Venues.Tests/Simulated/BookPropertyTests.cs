using FsCheck;
using FsCheck.Fluent;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Venues.Simulated;
using static Rebalancer.Venues.Tests.Simulated.TestWorld;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class BookPropertyTests
{
    /// <summary>One step of a random day at the exchange.</summary>
    public sealed record Step(int Action, int Market, bool Buy, int Size, int Offset, int Seconds);

    private static readonly SortedDictionary<string, decimal> Purse =
        new() { ["USD"] = 100_000, ["BTC"] = 1, ["ETH"] = 10, ["BNB"] = 0.5m };

    private static readonly Arbitrary<(int Seed, Step[] Steps)> Days = (
        from seed in Gen.Choose(1, 1_000_000)
        from count in Gen.Choose(1, 40)
        from steps in (
            from action in Gen.Choose(0, 9)
            from market in Gen.Choose(0, 2)
            from buy in Gen.Choose(0, 1)
            from size in Gen.Choose(1, 20_000)
            from offset in Gen.Choose(-40, 40)
            from seconds in Gen.Choose(0, 120)
            select new Step(action, market, buy == 1, size, offset, seconds)).ArrayOf(count)
        select (seed, steps)).ToArbitrary();

    [Fact]
    public void Balances_ChangeByFillsLessFeesPlusTransfers_Exactly() => Prop.ForAll(Days, day =>
    {
        var (exchange, now, _) = Run(day.Seed, day.Steps);
        var book = exchange.View("a", now);

        var expected = new SortedDictionary<string, decimal>(Purse, StringComparer.Ordinal);
        foreach (var fill in book.Fills)
        {
            var sign = fill.Side == TradeSide.Buy ? 1 : -1;
            Add(expected, fill.Market.Asset, sign * fill.Quantity);
            Add(expected, fill.Market.Quote, -sign * fill.Quantity * fill.Price);
            Add(expected, fill.FeeAsset, -fill.Fee);
        }

        foreach (var transfer in book.Transfers)
        {
            Add(expected, transfer.Asset, transfer.Amount);
        }

        foreach (var (asset, amount) in expected)
        {
            book[asset].Total.ShouldBe(amount, asset);
        }

        foreach (var (asset, balance) in book.Balances)
        {
            var locked = book.Open.Values.Sum(order =>
                (order.Terms.LockedAsset == asset ? order.Locked : 0) + (order.Terms.FeeAsset == asset ? order.LockedFee : 0));
            balance.Locked.ShouldBe(locked, asset);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void Book_ReplayedFromItsEvents_IsTheSameBook() => Prop.ForAll(Days, day =>
    {
        var (exchange, now, log) = Run(day.Seed, day.Steps);
        var replayed = Create(Exchange with { PartialFillRate = 0.5m }, (ulong)day.Seed);
        foreach (var @event in log)
        {
            replayed.Replay(@event);
        }

        var (expected, actual) = (exchange.View("a", now), replayed.View("a", now));
        actual.Balances.ShouldBe(expected.Balances);
        actual.Open.ShouldBe(expected.Open);
        actual.Closed.ShouldBe(expected.Closed);
        actual.Fills.ShouldBe(expected.Fills);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void Run_WithTheSameSeed_GivesTheSameEvents_AndWithAnotherSeedOthers()
    {
        var steps = Enumerable.Range(0, 30).Select(i => new Step(i % 7, i % 3, i % 2 == 0, (700 * i) + 50, (i % 9) - 4, 60)).ToArray();

        Run(5, steps).Log.Select(e => e.ToString()).ShouldBe(Run(5, steps).Log.Select(e => e.ToString()));
        Run(5, steps).Log.Select(e => e.ToString()).ShouldNotBe(Run(6, steps).Log.Select(e => e.ToString()));
    }

    private static (SimulatedExchange Exchange, DateTimeOffset Now, List<BookEvent> Log) Run(int seed, IReadOnlyList<Step> steps)
    {
        var log = new List<BookEvent>();
        var exchange = Create(Exchange with { PartialFillRate = 0.5m }, (ulong)seed, log);
        exchange.OpenAccount("a", Purse, Start);
        var now = Start;
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            now = now.AddSeconds(step.Seconds);
            var market = Exchange.Markets[step.Market];
            var quote = exchange.Quotes([market.Market], now)[0];
            var quantity = Math.Floor(step.Size / quote.Mid / market.LotSize) * market.LotSize;
            var side = step.Buy ? TradeSide.Buy : TradeSide.Sell;
            switch (step.Action)
            {
                case 0:
                    exchange.Cancel("a", $"c{i - 1}", now);
                    break;
                case 1:
                    exchange.Transfer("a", "deposit", market.Market.Asset, step.Size / 10_000m, now);
                    break;
                case < 5:
                    exchange.Place("a", Market($"c{i}", market.Market, side, quantity), now);
                    break;
                default:
                    var price = Math.Floor(quote.Mid * (1 + (step.Offset / 10_000m)) / market.TickSize) * market.TickSize;
                    exchange.Place("a", Limit($"c{i}", market.Market, side, quantity, price), now);
                    break;
            }
        }

        return (exchange, now, log);
    }

    private static void Add(SortedDictionary<string, decimal> sums, string asset, decimal amount) =>
        sums[asset] = sums.GetValueOrDefault(asset) + amount;
}
