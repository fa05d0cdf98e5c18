using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>Risk contributions equal to given budgets, equal ones unless told otherwise.</summary>
internal sealed class RiskParityMethod : IOptimisationMethod
{
    public string Name => "risk-parity";

    public bool TakesConstraints => false;

    public double[] Optimise(OptimisationProblem problem)
    {
        var budgets = problem.Options.RiskBudgets ?? [.. problem.Assets.Select(_ => 1.0)];
        for (var i = 0; i < budgets.Length; i++)
        {
            if (budgets[i] <= 0)
            {
                throw new WeightException(FormattableString.Invariant($"the risk budget of {problem.Assets[i]} is {budgets[i]}; give each asset one above zero, or leave the asset out"));
            }

            if (problem.Covariance[i, i] <= 0)
            {
                throw new WeightException($"{problem.Assets[i]} has no volatility, so it can carry no risk; leave it out");
            }
        }

        var total = budgets.Sum();
        return [.. RiskBudgeting.Solve(problem.Covariance, [.. budgets.Select(budget => budget / total)]).Select(weight => weight * problem.Constraints.Sum)];
    }
}
