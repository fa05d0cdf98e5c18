using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Bench.Weights;

/// <summary>Daily returns with a market, sectors and own risk, as real ones have.</summary>
internal static class MarketReturns
{
    private const int Sectors = 8;

    public static ReturnTable Create(int assets, int days, int seed)
    {
        var random = new Random(seed);
        var market = Series(random, days, 0.01);
        var sectors = Enumerable.Range(0, Sectors).Select(_ => Series(random, days, 0.006)).ToArray();
        var columns = Enumerable.Range(0, assets).Select(asset =>
        {
            var (drift, beta, sector) = (0.0008 * random.NextDouble(), 0.5 + random.NextDouble(), sectors[asset % Sectors]);
            var own = Series(random, days, 0.005 + (0.02 * random.NextDouble()));
            return own.Select((value, day) => drift + (beta * market[day]) + sector[day] + value).ToArray();
        }).ToArray();
        var first = new DateOnly(2020, 1, 1);
        return new ReturnTable([.. Enumerable.Range(0, assets).Select(asset => $"A{asset}")], [.. Enumerable.Range(0, days).Select(first.AddDays)], columns);
    }

    private static double[] Series(Random random, int days, double volatility) =>
        [.. Enumerable.Range(0, days).Select(_ => volatility * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
