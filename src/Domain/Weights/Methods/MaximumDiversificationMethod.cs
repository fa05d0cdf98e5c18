using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>
/// The highest ratio of the weighted volatilities to the portfolio's volatility (Choueifaty and Coignard 2008): the tangency portfolio with
/// volatilities in place of expected returns and no risk-free rate.
/// </summary>
internal sealed class MaximumDiversificationMethod : IOptimisationMethod
{
    public string Name => "max-diversification";

    public bool TakesConstraints => true;

    public double[] Optimise(OptimisationProblem problem)
    {
        if (problem.Constraints.TransactionCost > 0)
        {
            throw new WeightException("max-diversification takes no transaction cost: its ratio is not in units of return; leave it out, or limit the turnover");
        }

        var volatilities = problem.Assets.Select((_, i) => Math.Sqrt(problem.Covariance[i, i])).ToArray();
        var method = OptimisationMethods.Find("max-sharpe");
        return method.Optimise(problem with { Means = volatilities, Options = problem.Options with { RiskFree = 0 } });
    }
}
