using System.Globalization;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <param name="Violation">Largest amount by which a constraint is violated.</param>
/// <param name="Kkt">Residual of the optimality conditions, relative to the gradient; NaN for methods that minimise nothing.</param>
/// <param name="Contribution">Largest difference of a risk contribution to its budget; NaN but for risk parity.</param>
internal sealed record OptimalityReport(string Method, string Constraints, double Violation, double Kkt, double Contribution)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Method,-20} {Constraints,-28} violation {Violation:0.0e+00}  KKT {Kkt:0.0e+00}  risk contribution {Contribution:0.0e+00}");
}

/// <summary>
/// Says how far weights are from optimal, from the problem's data alone: gradients and constraints are written down anew, and multipliers come
/// from a least-squares method that no solver uses.
/// </summary>
internal static class OptimalityCheck
{
    private const double Peak = 1e-9;

    public static OptimalityReport Of(string method, string label, OptimisationProblem problem, double[] weights)
    {
        var set = new FeasibleSet(problem.Constraints);
        if (method is "efficient-return" or "min-cvar" or "min-cdar" or "min-semivariance")
        {
            set.AtLeast(problem.Means, problem.Options.TargetReturn ?? double.NegativeInfinity);
        }

        var kkt = method switch
        {
            "min-volatility" or "efficient-return" => set.KktResidual(weights, Risk(problem, weights), cost: Cost(problem, 0.5)),
            "max-sharpe" => Ratio(set, problem, weights, problem.Means, problem.Options.RiskFree),
            "max-diversification" => Ratio(set, problem, weights, Volatilities(problem), 0),
            "max-utility" => set.KktResidual(weights, Combine(
                (problem.Options.RiskAversion, problem.Covariance.Times(weights)), (2 * problem.Constraints.L2, weights), (-1, problem.Means)), cost: Cost(problem, 1)),
            "efficient-risk" => EfficientRisk(set, problem, weights),
            "min-semivariance" => set.KktResidual(weights, ShortfallGradient(problem, weights)),
            "min-cvar" => Tail(set, problem, weights, Losses(problem)),
            "min-cdar" => Tail(set, problem, weights, Drawdowns(problem, weights)),
            _ => double.NaN,
        };
        return new OptimalityReport(method, label, Math.Max(set.Violation(weights), Excess(method, problem, weights)), kkt, method == "risk-parity" ? Contribution(problem, weights) : double.NaN);
    }

    private static double[] Risk(OptimisationProblem problem, double[] weights) =>
        Combine((1, problem.Covariance.Times(weights)), (problem.Constraints.L2, weights));

    /// <summary>
    /// The highest (a'w − b) / σ is where ½σ² − λ a'w is least at λ = σ² / (a'w − b): set the ratio's gradient to the constraints' normals.
    /// </summary>
    private static double Ratio(FeasibleSet set, OptimisationProblem problem, double[] weights, double[] reward, double free)
    {
        var risk = Risk(problem, weights);
        var paid = Cost(problem, 1) is { } cost ? cost.Price * weights.Zip(cost.Centre, (after, before) => Math.Abs(after - before)).Sum() : 0;
        var lambda = Dot(risk, weights) / (Dot(reward, weights) - paid - free);
        return set.KktResidual(weights, Combine((1, risk), (-lambda, reward)), unit: risk.Max(Math.Abs), cost: Cost(problem, lambda));
    }

    private static double EfficientRisk(FeasibleSet set, OptimisationProblem problem, double[] weights)
    {
        var risk = problem.Covariance.Times(weights);
        var isActive = Math.Sqrt(Dot(risk, weights)) >= problem.Options.TargetVolatility - 1e-9;
        double[][] limit = isActive ? [[.. risk.Select(value => -value)]] : [];
        return set.KktResidual(weights, Combine((-1, problem.Means), (2 * problem.Constraints.L2, weights)), limit, cost: Cost(problem, 1));
    }

    private static (double[] Centre, double Price)? Cost(OptimisationProblem problem, double share) => problem.Constraints.TransactionCost > 0
        ? (problem.Constraints.Current!, share * problem.Constraints.TransactionCost)
        : null;

    private static double Excess(string method, OptimisationProblem problem, double[] weights) => method == "efficient-risk"
        ? Math.Sqrt(problem.Covariance.Quadratic(weights)) - problem.Options.TargetVolatility!.Value
        : 0;

    private static double[] ShortfallGradient(OptimisationProblem problem, double[] weights)
    {
        var gradient = new double[weights.Length];
        foreach (var day in Days(problem))
        {
            var shortfall = Math.Min(0, Dot(day, weights) - problem.Options.BenchmarkReturn);
            gradient = Combine((1, gradient), (shortfall, day));
        }

        return gradient;
    }

    private static double Tail(FeasibleSet set, OptimisationProblem problem, double[] weights, IReadOnlyList<double[][]> losses)
    {
        var (_, gradient, free) = TailSubgradient.At(weights, losses, problem.Options.Beta);
        return set.KktResidual(weights, gradient, free);
    }

    private static double[][][] Losses(OptimisationProblem problem) => [.. Days(problem).Select(day => new[] { Combine((-1, day)) })];

    /// <summary>
    /// The fall to each day from the days before it, the start included, of cumulative returns that are not compounded. Of the days before only
    /// those matter that are the highest at these weights.
    /// </summary>
    private static double[][][] Drawdowns(OptimisationProblem problem, double[] weights)
    {
        var (level, peak) = (new double[weights.Length], 0.0);
        var levels = new List<(double[] Level, double Value)> { (level, 0) };
        var falls = new List<double[][]>();
        foreach (var day in Days(problem))
        {
            level = Combine((1, level), (1, day));
            levels.Add((level, Dot(level, weights)));
            peak = Math.Max(peak, levels[^1].Value);
            levels.RemoveAll(earlier => earlier.Value < peak - Peak && earlier.Level != level);
            falls.Add([.. levels.Where(earlier => earlier.Value >= peak - Peak).Select(earlier => Combine((1, earlier.Level), (-1, level)))]);
        }

        return [.. falls];
    }

    private static double Contribution(OptimisationProblem problem, double[] weights)
    {
        var risk = problem.Covariance.Times(weights);
        var variance = Dot(risk, weights);
        var budgets = problem.Options.RiskBudgets ?? [.. weights.Select(_ => 1.0)];
        return weights.Select((weight, i) => Math.Abs((weight * risk[i] / variance) - (budgets[i] / budgets.Sum()))).Max();
    }

    private static IEnumerable<double[]> Days(OptimisationProblem problem) => Enumerable.Range(0, problem.Returns.Count)
        .Select(t => Enumerable.Range(0, problem.Assets.Count).Select(i => problem.Returns.Column(i)[t]).ToArray());

    private static double[] Volatilities(OptimisationProblem problem) => [.. problem.Means.Select((_, i) => Math.Sqrt(problem.Covariance[i, i]))];

    private static double[] Combine(params (double Factor, double[] Vector)[] terms) =>
        [.. Enumerable.Range(0, terms[0].Vector.Length).Select(i => terms.Sum(term => term.Factor * term.Vector[i]))];

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}
