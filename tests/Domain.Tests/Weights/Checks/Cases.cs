using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Tests.Weights.Optimisation;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <summary>Problems with history of their own, and the sets of constraints the methods are checked under.</summary>
internal static class Cases
{
    public static readonly IReadOnlyList<(string Name, Func<int, WeightConstraints> Constraints)> ConstraintSets =
    [
        ("long only", WeightConstraints.LongOnly),
        ("0 to 0.25", size => Bounded(size, 0, 0.25)),
        ("0.01 to 0.3", size => Bounded(size, 0.01, 0.3)),
        ("short to -0.2", size => Bounded(size, -0.2, 0.6)),
        ("two groupings", size => Grouped(WeightConstraints.LongOnly(size))),
        ("gross at most 1.6", size => Bounded(size, -0.5, 1) with { MaximumGross = 1.6 }),
        ("net 0.2 to 0.8, gross 1.2", size => Bounded(size, -0.5, 1) with { Net = (0.2, 0.8), MaximumGross = 1.2 }),
        ("turnover at most 0.4", size => WeightConstraints.LongOnly(size) with { Current = Filled(size, 1.0 / size), MaximumTurnover = 0.4 }),
        ("groups, turnover, L2", size => Grouped(Bounded(size, 0, 0.5)) with { Current = Filled(size, 1.0 / size), MaximumTurnover = 0.6, L2 = 0.05 }),
        ("transaction cost", size => WeightConstraints.LongOnly(size) with { Current = Filled(size, 1.0 / size), TransactionCost = 0.01 }),
        ("cost, groups, L2", size => Grouped(WeightConstraints.LongOnly(size)) with { Current = Filled(size, 1.0 / size), TransactionCost = 0.005, L2 = 0.02 }),
        ("L2 of 0.1", size => WeightConstraints.LongOnly(size) with { L2 = 0.1 }),
    ];

    /// <summary>Daily returns of a few years with a market, sectors and own risk, and the estimates a user would get from them.</summary>
    public static OptimisationProblem Problem(int assets, int days, int seed, WeightConstraints constraints, MethodOptions options, IMilpSolver solver)
    {
        var random = new Random(seed);
        var market = Series(random, days, 0.01);
        var columns = Enumerable.Range(0, assets).Select(asset =>
        {
            var (drift, beta) = (0.0002 + (0.0008 * random.NextDouble()), 0.4 + random.NextDouble());
            var own = Series(random, days, 0.005 + (0.01 * random.NextDouble()));
            return own.Select((value, day) => drift + (beta * market[day]) + value).ToArray();
        }).ToArray();
        var first = new DateOnly(2020, 1, 1);
        var returns = new ReturnTable([.. Enumerable.Range(0, assets).Select(i => $"A{i}")], [.. Enumerable.Range(0, days).Select(first.AddDays)], columns);
        return new OptimisationProblem(
            returns.Assets, returns, ReturnModels.Estimate(ReturnModel.Mean, returns, new ReturnOptions()),
            RiskModels.Estimate(RiskModel.Sample, returns, new RiskOptions(), []), constraints, options, solver);
    }

    private static WeightConstraints Bounded(int size, double lower, double upper) => new(Filled(size, lower), Filled(size, upper));

    private static WeightConstraints Grouped(WeightConstraints constraints)
    {
        var all = Enumerable.Range(0, constraints.Lower.Length).ToArray();
        return constraints with
        {
            Groups =
            [
                new GroupLimit("sector even", [.. all.Where(i => i % 2 == 0)], 0.3, 0.45),
                new GroupLimit("region first", [.. all.Where(i => i < all.Length / 3)], 0.4, null),
                new GroupLimit("region last", [.. all.Where(i => i >= 2 * all.Length / 3)], 0.05, 0.2),
            ],
        };
    }

    private static double[] Filled(int size, double value) => Instances.Filled(size, value);

    private static double[] Series(Random random, int days, double volatility) =>
        [.. Enumerable.Range(0, days).Select(_ => volatility * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
