using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

public sealed class BaselineTests
{
    [Fact]
    public void LargestArrival_OfAnAssetWithoutAPrice_IsFoundOnceAMarketPricesIt()
    {
        var before = Given.Exchange();
        var baseline = Baseline.Of([new AccountEvidence("kraken", "sim:kraken", Given.Now, before.Balances, null)], [], "USD", 1);
        var after = before with { Balances = [.. before.Balances, new Balance("NEW", 100, 0, 0, false)] };

        baseline.LargestArrival([after], Prices(), atLeast: 0).ShouldBeNull();

        baseline.LargestArrival([after], Prices(new PricePoint("NEW", 2, Given.Now, "kraken")), atLeast: 10).ShouldBe(("kraken", "NEW", 100m));
    }

    [Fact]
    public void LargestArrival_IsTheOneOfTheMostValue_AndNoneBelowTheLeast()
    {
        var before = Given.Exchange(usd: 1_000, btc: 1);
        var baseline = Baseline.Of([new AccountEvidence("kraken", "sim:kraken", Given.Now, before.Balances, null)], [], "USD", 1);
        var prices = Prices(new PricePoint("BTC", 50_000, Given.Now, "kraken"), new PricePoint("USD", 1, Given.Now, "base currency"));

        baseline.LargestArrival([Given.Exchange(usd: 1_400, btc: 1.01m)], prices, atLeast: 10).ShouldBe(("kraken", "BTC", 0.01m));
        baseline.LargestArrival([Given.Exchange(usd: 1_400, btc: 1.01m)], prices, atLeast: 501).ShouldBeNull();
        baseline.LargestArrival([Given.Exchange(usd: 900, btc: 1)], prices, atLeast: 0).ShouldBeNull();
    }

    private static SortedDictionary<string, PricePoint> Prices(params PricePoint[] points) =>
        new(points.ToDictionary(point => point.Asset), StringComparer.Ordinal);
}
