using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>What a method may use to choose weights.</summary>
/// <param name="Returns">Periodic returns, for the methods that look at paths and tails.</param>
/// <param name="Means">Expected annual returns, length n.</param>
/// <param name="Covariance">Annual, n × n.</param>
/// <param name="Solver">For the methods that are linear programs.</param>
public sealed record OptimisationProblem(
    IReadOnlyList<string> Assets, ReturnTable Returns, double[] Means, SymmetricMatrix Covariance, WeightConstraints Constraints,
    MethodOptions Options, IMilpSolver Solver)
{
    /// <summary>n × n, where histories differ and each pair is taken over the days both have; null where it is the covariance's own.</summary>
    public SymmetricMatrix? Correlation { get; init; }
}

/// <param name="RiskFree">A year.</param>
/// <param name="RiskAversion">δ of μ'w − (δ/2) w'Σw.</param>
/// <param name="Beta">Level of CVaR and CDaR.</param>
/// <param name="BenchmarkReturn">Of the semivariance, a period.</param>
/// <param name="RiskBudgets">Length n, normalised by the method; null is equal.</param>
public sealed record MethodOptions(
    double RiskFree = 0.02, double? TargetReturn = null, double? TargetVolatility = null, double RiskAversion = 1, double Beta = 0.95,
    double BenchmarkReturn = 0, LinkageMethod Linkage = LinkageMethod.Single, double[]? RiskBudgets = null, int Frequency = 252);

/// <summary>A way to choose weights from estimates. A new one is one file and its line in <see cref="OptimisationMethods"/>.</summary>
public interface IOptimisationMethod
{
    /// <summary>As on the command line: <c>min-volatility</c>.</summary>
    string Name { get; }

    /// <summary>Whether groups, exposures, turnover and the like are honoured; otherwise they are refused.</summary>
    bool TakesConstraints { get; }

    /// <summary>Whether the returns themselves are looked at: then every day must have all of them, and constraints are linear ones only.</summary>
    bool LooksAtPaths => false;

    /// <returns>Weights, length n.</returns>
    /// <exception cref="WeightException">The problem cannot be solved; the message says what stands in the way.</exception>
    double[] Optimise(OptimisationProblem problem);
}
