using Rebalancer.Domain.Tests.Weights.Optimisation;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <summary>
/// What must not change the weights: the unit of Σ and the order of assets. Where a singular Σ leaves the optimum undetermined, what it is
/// worth must not change.
/// </summary>
public sealed class InvarianceTests
{
    private static readonly int[] Sizes = [2, 3, 10, 30, 100, 400];

    // Rounding in a scaled Σ moves an optimum by the condition of Σ times as much.
    private const double SameWeights = 1e-9;
    private const double SameValue = 1e-9;

    private static readonly string[] Methods =
        ["min-volatility", "max-sharpe", "max-utility", "efficient-return", "efficient-risk", "max-diversification", "risk-parity", "inverse-volatility", "hrp"];

    public static TheoryData<string> Kinds => [.. HardInstances.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Optimise_CovarianceInOtherUnits_GivesTheSameWeights(string kind) => ForEveryInstance(kind, (method, problem, weights) =>
    {
        foreach (var scale in new[] { 1e-6, 1e6 })
        {
            // Utility weighs return against variance, a volatility target is in units of volatility: these are in other units, too.
            var scaled = problem with
            {
                Covariance = problem.Covariance.Scaled(scale),
                Means = method == "max-utility" ? [.. problem.Means.Select(mean => mean * scale)] : problem.Means,
                Options = problem.Options with { TargetVolatility = problem.Options.TargetVolatility * Math.Sqrt(scale) },
            };
            ShouldAgree(method, kind, problem, weights, OptimisationMethods.Find(method).Optimise(scaled));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Optimise_AssetsInAnotherOrder_GivesTheSameWeights(string kind) => ForEveryInstance(kind, (method, problem, weights) =>
    {
        // The paper's tree has a left and a right: which is which depends on the order of columns, and with it where the list is halved.
        if (method == "hrp")
        {
            return;
        }

        var order = Enumerable.Range(0, weights.Length).ToArray();
        new Random(weights.Length).Shuffle(order);
        var permuted = problem with
        {
            Means = [.. order.Select(i => problem.Means[i])],
            Covariance = Permuted(problem.Covariance, order),
        };
        var found = OptimisationMethods.Find(method).Optimise(permuted);
        var restored = new double[weights.Length];
        for (var i = 0; i < restored.Length; i++)
        {
            restored[order[i]] = found[i];
        }

        ShouldAgree(method, kind, problem, weights, restored);
    });

    [Fact]
    public void Parse_RowsInAnotherOrder_GivesTheSameReturns()
    {
        string[] rows = [.. Enumerable.Range(0, 40).Select(day => FormattableString.Invariant($"{new DateOnly(2024, 1, 1).AddDays(day):yyyy-MM-dd},{100 + (day * 7 % 11)},{50 + (day * 5 % 13)}"))];
        var ordered = Returns(rows);
        new Random(1).Shuffle(rows);
        var shuffled = Returns(rows);

        for (var asset = 0; asset < 2; asset++)
        {
            shuffled.Column(asset).ToArray().ShouldBe(ordered.Column(asset).ToArray());
        }
    }

    private static ReturnTable Returns(string[] rows) =>
        PriceReturns.Compute(HistoryFile.Parse(string.Join('\n', rows.Prepend("date,A,B")), "prices.csv").Table, logarithmic: false, []);

    /// <summary>Without volatility there is no correlation and no share of the risk; the methods say so.</summary>
    private static bool IsDefined(string method, string kind) =>
        kind != "a constant asset" || method is "min-volatility" or "max-utility" or "efficient-return" or "efficient-risk";

    private static void ForEveryInstance(string kind, Action<string, OptimisationProblem, double[]> check)
    {
        // The largest are slow to check in a debug build; three kinds speak for all.
        foreach (var size in Sizes.Where(size => size < 400 || kind is "regular" or "fewer days than assets" or "copies"))
        {
            for (var seed = 0; seed < (size > 50 ? 1 : 2); seed++)
            {
                var (means, covariance) = HardInstances.Create(kind, size, seed);
                var frontier = new EfficientFrontier(means, covariance, CriticalLine.Trace(means, covariance, Instances.Filled(size, 0), Instances.Filled(size, 1)));
                var options = new MethodOptions(
                    RiskFree: 0.02, TargetReturn: Middle(frontier.ReturnOf(frontier.MinimumVolatility), frontier.ReturnOf(frontier.HighestReturn)),
                    TargetVolatility: Middle(frontier.VolatilityOf(frontier.MinimumVolatility), frontier.VolatilityOf(frontier.HighestReturn)), RiskAversion: 2);
                string[] assets = [.. Enumerable.Range(0, size).Select(i => $"A{i}")];
                var problem = new OptimisationProblem(
                    assets, new ReturnTable(assets, [], [.. assets.Select(_ => Array.Empty<double>())]), means, covariance, WeightConstraints.LongOnly(size), options, null!);
                foreach (var method in Methods.Where(method => IsDefined(method, kind)))
                {
                    check(method, problem, OptimisationMethods.Find(method).Optimise(problem));
                }
            }
        }
    }

    private static void ShouldAgree(string method, string kind, OptimisationProblem problem, double[] expected, double[] actual)
    {
        var label = $"{method}, {kind}, {expected.Length} assets";
        if (!HardInstances.IsSingular(kind))
        {
            expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(SameWeights, label);
            return;
        }

        actual.Sum().ShouldBe(1, 1e-9, label);
        var (before, after) = (Value(method, problem, expected), Value(method, problem, actual));
        Math.Abs(before - after).ShouldBeLessThan(SameValue * Math.Max(Math.Abs(before), problem.Covariance.Trace / expected.Length), label);
    }

    /// <summary>What the method minimises or maximises; ratios squared and upside down, as portfolios without risk make them infinite.</summary>
    private static double Value(string method, OptimisationProblem problem, double[] weights)
    {
        var (reward, variance) = (SymmetricMatrix.Dot(problem.Means, weights), Math.Max(0, problem.Covariance.Quadratic(weights)));
        return method switch
        {
            "max-sharpe" => variance / Math.Pow(reward - problem.Options.RiskFree, 2),
            "max-diversification" => variance / Math.Pow(weights.Select((weight, i) => weight * Math.Sqrt(problem.Covariance[i, i])).Sum(), 2),
            "max-utility" => reward - (problem.Options.RiskAversion / 2 * variance),
            "efficient-risk" => reward,
            _ => variance,
        };
    }

    private static SymmetricMatrix Permuted(SymmetricMatrix matrix, int[] order)
    {
        var permuted = new SymmetricMatrix(matrix.Size);
        for (var i = 0; i < matrix.Size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                permuted[i, j] = matrix[order[i], order[j]];
            }
        }

        return permuted;
    }

    private static double Middle(double low, double high) => (low + high) / 2;
}
