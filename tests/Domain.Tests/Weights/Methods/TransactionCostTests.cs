using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Methods;

/// <summary>Costs of trading against a search of a fine grid of weights, which knows nothing of sides or multipliers.</summary>
public sealed class TransactionCostTests
{
    private const double Step = 0.01;

    private static readonly double[] Current = [0.5, 0.3, 0.2];

    public static TheoryData<string, double> Cases
    {
        get
        {
            var cases = new TheoryData<string, double>();
            foreach (var method in new[] { "min-volatility", "max-sharpe", "max-utility", "efficient-risk", "efficient-return" })
            {
                foreach (var cost in new[] { 1e-4, 0.003, 0.02, 0.3 })
                {
                    cases.Add(method, cost);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Optimise_WithACost_IsNoWorseThanAnyPointOfAGrid_AndNotBetterThanItsNeighboursAllow(string method, double cost)
    {
        foreach (var seed in Enumerable.Range(1, 8))
        {
            var problem = Problem(seed, cost);
            var found = OptimisationMethods.Find(method).Optimise(problem);

            found.Sum().ShouldBe(1, 1e-9);
            found.ShouldAllBe(weight => weight >= -1e-9 && weight <= 0.8 + 1e-9);
            var objective = Objective(method, problem, found);
            objective.ShouldNotBe(double.PositiveInfinity);
            var best = Grid().Select(weights => Objective(method, problem, weights)).Min();
            objective.ShouldBeLessThanOrEqualTo(best + 1e-9, $"seed {seed}");

            // The grid's best lies within half a step of the optimum in each weight.
            objective.ShouldBeGreaterThan(best - 0.05, $"seed {seed}");
        }
    }

    [Fact]
    public void Optimise_AtAProhibitiveCost_StaysWhereItIs() =>
        OptimisationMethods.Find("min-volatility").Optimise(Problem(1, 50)).Zip(Current, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-9);

    [Fact]
    public void Optimise_WithoutCost_IsTheLimitOfSmallCosts()
    {
        var free = OptimisationMethods.Find("max-sharpe").Optimise(Problem(3, 0));
        var cheap = OptimisationMethods.Find("max-sharpe").Optimise(Problem(3, 1e-9));

        free.Zip(cheap, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-5);
    }

    private static double Objective(string method, OptimisationProblem problem, double[] weights)
    {
        var cost = problem.Constraints.TransactionCost * weights.Zip(Current, (a, b) => Math.Abs(a - b)).Sum();
        var (variance, earned) = (problem.Covariance.Quadratic(weights), SymmetricMatrix.Dot(problem.Means, weights));
        return method switch
        {
            "min-volatility" => variance + cost,
            "efficient-return" => earned < problem.Options.TargetReturn - 1e-9 ? double.PositiveInfinity : variance + cost,
            "max-utility" => variance - earned + cost,
            "efficient-risk" => Math.Sqrt(variance) > problem.Options.TargetVolatility + 1e-9 ? double.PositiveInfinity : cost - earned,
            _ => -(earned - cost - problem.Options.RiskFree) / Math.Sqrt(variance),
        };
    }

    private static IEnumerable<double[]> Grid()
    {
        for (var i = 0; i <= 80; i++)
        {
            for (var j = 0; i + j <= 100; j++)
            {
                double[] weights = [i * Step, j * Step, 1 - ((i + j) * Step)];
                if (weights[1] <= 0.8 && weights[2] <= 0.8)
                {
                    yield return weights;
                }
            }
        }
    }

    private static OptimisationProblem Problem(int seed, double cost)
    {
        var random = new Random(seed);
        var factors = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 5).Select(_ => random.NextDouble() - 0.4).ToArray()).ToArray();
        var covariance = new SymmetricMatrix(3);
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[i, j] = SymmetricMatrix.Dot(factors[i], factors[j]) / 10;
            }
        }

        double[] means = [.. Enumerable.Range(0, 3).Select(_ => 0.06 + (0.1 * random.NextDouble()))];
        var constraints = WeightConstraints.LongOnly(3) with { Upper = [0.8, 0.8, 0.8], Current = Current, TransactionCost = cost };
        var least = FrontierBuilder.Build(["A", "B", "C"], means, covariance, constraints);
        var options = new MethodOptions(
            TargetReturn: (least.ReturnOf(least.MinimumVolatility) + least.ReturnOf(least.HighestReturn)) / 2,
            TargetVolatility: (least.VolatilityOf(least.MinimumVolatility) + least.VolatilityOf(least.HighestReturn)) / 2, RiskAversion: 2);
        return new OptimisationProblem(["A", "B", "C"], new ReturnTable(["A", "B", "C"], [], [[], [], []]), means, covariance, constraints, options, new NoSolver());
    }
}
