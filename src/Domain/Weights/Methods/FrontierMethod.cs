using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>A mean-variance method: one question to the exact frontier, under every constraint there is.</summary>
/// <param name="name">As on the command line.</param>
/// <param name="ask">The question; null when the frontier has no answer.</param>
/// <param name="value">What the method minimises, to compare held sets.</param>
/// <param name="explain">Why there is no answer, and what to do.</param>
internal sealed class FrontierMethod(
    string name,
    Func<OptimisationProblem, EfficientFrontier, double[]?> ask,
    Func<OptimisationProblem, EfficientFrontier, double[], double> value,
    Func<OptimisationProblem, EfficientFrontier, string> explain) : IOptimisationMethod
{
    public string Name => name;

    public bool TakesConstraints => true;

    /// <summary>What the method adds to the diagonal of Σ for the penalty γ·w'w.</summary>
    public Func<OptimisationProblem, double> Ridge { get; init; } = problem => problem.Constraints.L2;

    public double[] Optimise(OptimisationProblem problem) => problem.Constraints is { MaximumAssets: null, MinimumIfHeld: null }
        ? Solve(problem)
        : HeldSetSearch.Search(problem.Constraints, constraints => Relax(problem with { Constraints = constraints }));

    private double[] Solve(OptimisationProblem problem)
    {
        var frontier = Frontier(problem);
        var weights = problem.Constraints.TransactionCost > 0 ? TransactionCosts.Solve(name, problem) : ask(problem, frontier);
        return weights ?? throw new InfeasibleWeightsException(explain(problem, frontier));
    }

    private (double[] Weights, double Value)? Relax(OptimisationProblem problem)
    {
        try
        {
            if (problem.Constraints.TransactionCost > 0)
            {
                return TransactionCosts.Solve(name, problem) is { } net ? (net, TransactionCosts.Objective(name, problem, net)) : null;
            }

            var frontier = Frontier(problem);
            return ask(problem, frontier) is { } weights ? (weights, value(problem, frontier, weights)) : null;
        }
        catch (InfeasibleWeightsException)
        {
            // This held set is infeasible; the search says so when all are.
            return null;
        }
    }

    private EfficientFrontier Frontier(OptimisationProblem problem) =>
        FrontierBuilder.Build(problem.Assets, problem.Means, problem.Covariance, problem.Constraints with { L2 = Ridge(problem) });
}
