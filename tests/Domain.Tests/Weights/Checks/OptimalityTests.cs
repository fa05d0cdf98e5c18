using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Domain.Tests.Weights.Checks;

public sealed class OptimalityTests(ITestOutputHelper output) : IDisposable
{
    private readonly HighsSolver _solver = new(TimeProvider.System);

    public static TheoryData<string> Methods => [.. OptimisationMethods.Names];

    public void Dispose() => _solver.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void Optimise_EveryConstraintSet_MeetsTheOptimalityConditions(string name)
    {
        var method = OptimisationMethods.Find(name);
        foreach (var (label, make) in Cases.ConstraintSets.Where(set => Takes(method, set.Constraints(12))))
        {
            for (var seed = 0; seed < 2; seed++)
            {
                var options = new MethodOptions(TargetReturn: name.StartsWith("efficient", StringComparison.Ordinal) || seed == 1 ? 0.16 : null, TargetVolatility: 0.17, RiskAversion: 3);
                var problem = Cases.Problem(12, 250, seed, make(12), options, _solver);

                var report = OptimalityCheck.Of(name, label, problem, method.Optimise(problem));

                output.WriteLine(report.ToString());
                report.Violation.ShouldBeLessThan(1e-9);
                (report.Kkt > 1e-8).ShouldBeFalse(report.ToString());
                (report.Contribution > 1e-10).ShouldBeFalse(report.ToString());
            }
        }
    }

    private static bool Takes(IOptimisationMethod method, WeightConstraints constraints) =>
        (method.TakesConstraints || constraints is { IsBoundsOnly: true, L2: 0 } && constraints.Upper[0] == 1 && constraints.Lower[0] == 0)
        && (constraints.TransactionCost == 0 || method is FrontierMethod)
        && (constraints.L2 == 0 || !method.LooksAtPaths)
        && !(method.Name == "efficient-risk" && constraints is { L2: > 0, TransactionCost: > 0 });

    [Fact]
    public void Of_WeightsMovedALittle_ReportsIt()
    {
        var problem = Cases.Problem(12, 250, 0, Cases.ConstraintSets[0].Constraints(12), new MethodOptions(), _solver);
        foreach (var name in new[] { "min-volatility", "max-sharpe", "min-cvar", "min-cdar", "min-semivariance", "max-diversification" })
        {
            var weights = OptimisationMethods.Find(name).Optimise(problem);
            var (most, other) = (Array.IndexOf(weights, weights.Max()), Array.FindIndex(weights, weight => weight > 0.001 && weight < weights.Max()));
            weights[most] -= 1e-5;
            weights[other] += 1e-5;

            OptimalityCheck.Of(name, "moved", problem, weights).Kkt.ShouldBeGreaterThan(1e-8, name);
        }
    }
}
