using Rebalancer.Venues.Simulated;
using static Rebalancer.Venues.Tests.Simulated.TestWorld;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class PricePathTests
{
    private static readonly SimulatedMarket Market = Exchange.Markets[0];

    [Fact]
    public void At_TheEpoch_IsTheInitialPrice_AndBidIsBelowAskOnTheTicks()
    {
        var path = new PricePath(Market, "alpha", new SeededNoise(3));

        var (bid, ask) = path.At(0);
        bid.ShouldBe(49_990);
        ask.ShouldBe(50_010);
        for (var second = 1; second < 2000; second += 7)
        {
            (bid, ask) = path.At(second);
            bid.ShouldBeLessThan(ask);
            (bid % Market.TickSize).ShouldBe(0);
            (ask % Market.TickSize).ShouldBe(0);
        }
    }

    [Fact]
    public void At_ChangesAsTheVolatilitySays()
    {
        // The mean square change over an hour, from many seeds, against σ² of an hour.
        var sum = 0m;
        for (ulong seed = 1; seed <= 400; seed++)
        {
            var path = new PricePath(Market, "alpha", new SeededNoise(seed));
            var change = (path.At(103_600).Bid - path.At(100_000).Bid) / 50_000m;
            sum += change * change;
        }

        var expected = 0.6m * 0.6m / 8766;
        (sum / 400).ShouldBeInRange(expected * 0.5m, expected * 1.6m);
    }

    [Fact]
    public void At_TwoExchanges_DiffersByABasisThatStaysSmall()
    {
        var alpha = new PricePath(Market, "alpha", new SeededNoise(3));
        var borealis = new PricePath(Market, "borealis", new SeededNoise(3));

        alpha.At(100_000).ShouldNotBe(borealis.At(100_000));
        (Math.Abs(alpha.At(100_000).Bid - borealis.At(100_000).Bid) / 50_000m).ShouldBeLessThan(0.0008m);
    }

    [Fact]
    public void At_DuringAShock_IsThatMultipleOfThePrice_AndAfterItThePriceAgain()
    {
        var (path, shocked) = (new PricePath(Market, "alpha", new SeededNoise(3)), new PricePath(Market, "alpha", new SeededNoise(3)));
        shocked.Shock(0.5m, 1_000, 1_060);

        shocked.At(999).ShouldBe(path.At(999));
        shocked.At(1_000).Bid.ShouldBeInRange((path.At(1_000).Bid / 2) - Market.TickSize, path.At(1_000).Bid / 2);
        shocked.At(1_060).ShouldBe(path.At(1_060));
    }
}
