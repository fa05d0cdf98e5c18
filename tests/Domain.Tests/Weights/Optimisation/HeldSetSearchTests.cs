using Rebalancer.Domain.Tests.Weights.Checks;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Optimisation;

public sealed class HeldSetSearchTests
{
    private const int Assets = 6;

    [Theory]
    [InlineData("min-volatility", 0, 3, 0)]
    [InlineData("min-volatility", 0, 6, 0.2)]
    [InlineData("max-sharpe", 0, 2, 0)]
    [InlineData("max-utility", 0, 4, 0.22)]
    [InlineData("efficient-return", 0, 3, 0.15)]
    [InlineData("min-volatility", -0.5, 3, 0)]
    [InlineData("max-utility", -0.5, 3, 0.25)]
    [InlineData("min-volatility", 0.05, 4, 0)]
    public void Optimise_FewAssetsHeld_IsAsGoodAsTheBestOfAllHeldSets(string name, double lower, int most, double minimum)
    {
        var method = OptimisationMethods.Find(name);
        for (var seed = 0; seed < 4; seed++)
        {
            var constraints = new WeightConstraints(Instances.Filled(Assets, lower), Instances.Filled(Assets, 0.8)) { MaximumAssets = most, MinimumIfHeld = minimum > 0 ? minimum : null };
            var problem = Cases.Problem(Assets, 200, seed, constraints, new MethodOptions(TargetReturn: 0.1, RiskAversion: 4), null!);

            var weights = method.Optimise(problem);

            weights.Count(weight => Math.Abs(weight) > 1e-9).ShouldBeLessThanOrEqualTo(most);
            weights.Where(weight => Math.Abs(weight) > 1e-9).ShouldAllBe(weight => Math.Abs(weight) >= minimum - 1e-9);
            Value(name, problem, weights).ShouldBe(BestOfAll(method, problem, most, minimum), 1e-9);
        }
    }

    /// <summary>Every way to have each asset out, long or short.</summary>
    private static double BestOfAll(IOptimisationMethod method, OptimisationProblem problem, int most, double minimum)
    {
        var best = double.PositiveInfinity;
        for (var code = 0; code < Math.Pow(3, Assets); code++)
        {
            var sides = Enumerable.Range(0, Assets).Select(i => code / (int)Math.Pow(3, i) % 3).ToArray();
            if (sides.Count(side => side > 0) > most)
            {
                continue;
            }

            var constraints = problem.Constraints with
            {
                MaximumAssets = null,
                MinimumIfHeld = null,
                Lower = [.. sides.Select((side, i) => side switch { 0 => 0, 1 => Math.Max(problem.Constraints.Lower[i], minimum), _ => problem.Constraints.Lower[i] })],
                Upper = [.. sides.Select((side, i) => side switch { 0 => 0, 1 => problem.Constraints.Upper[i], _ => -minimum })],
            };
            if (constraints.Lower.Zip(constraints.Upper).All(pair => pair.First <= pair.Second))
            {
                best = Math.Min(best, ValueUnder(method, problem with { Constraints = constraints }));
            }
        }

        return best;
    }

    private static double ValueUnder(IOptimisationMethod method, OptimisationProblem problem)
    {
        try
        {
            return Value(method.Name, problem, method.Optimise(problem));
        }
        catch (InfeasibleWeightsException)
        {
            return double.PositiveInfinity;
        }
    }

    private static double Value(string method, OptimisationProblem problem, double[] weights)
    {
        var (reward, variance) = (SymmetricMatrix.Dot(problem.Means, weights), problem.Covariance.Quadratic(weights));
        return method switch
        {
            "max-sharpe" => (problem.Options.RiskFree - reward) / Math.Sqrt(variance),
            "max-utility" => (problem.Options.RiskAversion / 2 * variance) - reward,
            _ => variance,
        };
    }
}
