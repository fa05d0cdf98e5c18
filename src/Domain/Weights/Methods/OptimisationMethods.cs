using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>The methods by name.</summary>
public static class OptimisationMethods
{
    private static readonly IOptimisationMethod[] All =
    [
        new EqualWeightMethod(),
        new InverseVolatilityMethod(),
        new FrontierMethod("min-volatility", (_, frontier) => frontier.MinimumVolatility, Volatility, (_, _) => "no weights meet the constraints"),
        new FrontierMethod(
            "max-sharpe",
            (problem, frontier) => frontier.MaximumSharpe(problem.Options.RiskFree),
            (problem, frontier, weights) => -(frontier.ReturnOf(weights) - problem.Options.RiskFree) / frontier.VolatilityOf(weights),
            ExplainSharpe),
        new FrontierMethod(
            "max-utility",
            (problem, frontier) => frontier.MaximumUtility(problem.Options.RiskAversion),
            (problem, frontier, weights) => (problem.Options.RiskAversion / 2 * Math.Pow(frontier.VolatilityOf(weights), 2)) - frontier.ReturnOf(weights),
            (_, _) => "no weights meet the constraints")
        {
            // γw'w is taken off the utility as a whole, so that a share of δ/2 of the ridge must come to γ.
            Ridge = problem => 2 * problem.Constraints.L2 / problem.Options.RiskAversion,
        },
        new FrontierMethod(
            "efficient-risk",
            AtVolatility,
            (problem, frontier, weights) => (problem.Constraints.L2 * SymmetricMatrix.Dot(weights, weights)) - frontier.ReturnOf(weights),
            (problem, frontier) => Text($"a volatility of {problem.Options.TargetVolatility} is out of reach: the lowest that the constraints allow is {frontier.VolatilityOf(frontier.MinimumVolatility):0.######}; raise the target volatility"))
        {
            // The limit is on the volatility itself.
            Ridge = _ => 0,
        },
        new FrontierMethod(
            "efficient-return",
            (problem, frontier) => frontier.AtReturn(Required(problem.Options.TargetReturn, "a target return")),
            Volatility,
            ExplainReturn),
        new HierarchicalRiskParityMethod(),
        new RiskParityMethod(),
        new MaximumDiversificationMethod(),
        new TailRiskMethod("min-cvar", ofDrawdown: false),
        new TailRiskMethod("min-cdar", ofDrawdown: true),
        new MinimumSemivarianceMethod(),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <exception cref="WeightException">No method of that name; the message lists the known ones.</exception>
    public static IOptimisationMethod Find(string name) => Array.Find(All, method => method.Name == name)
        ?? throw new WeightException($"no method \"{name}\"; known are {string.Join(", ", Names)}");

    private static double Volatility(OptimisationProblem problem, EfficientFrontier frontier, double[] weights) => frontier.VolatilityOf(weights);

    private static double[]? AtVolatility(OptimisationProblem problem, EfficientFrontier frontier)
    {
        var target = Required(problem.Options.TargetVolatility, "a target volatility");
        var weights = frontier.AtVolatility(target);
        return weights is null || problem.Constraints.L2 == 0 ? weights : RegularisedRiskTarget.Solve(problem, target, frontier.MinimumVolatility);
    }

    private static double Required(double? value, string option) =>
        value ?? throw new WeightException($"this method needs {option}");

    private static string ExplainReturn(OptimisationProblem problem, EfficientFrontier frontier)
    {
        var best = Enumerable.Range(0, problem.Means.Length).MaxBy(i => problem.Means[i]);
        return Text($"a return of {problem.Options.TargetReturn} is out of reach: the constraints allow {frontier.ReturnOf(frontier.HighestReturn):0.######} at most, and the best asset, {problem.Assets[best]}, is expected to earn {problem.Means[best]:0.######}; lower the target return");
    }

    private static string ExplainSharpe(OptimisationProblem problem, EfficientFrontier frontier)
    {
        var best = Enumerable.Range(0, problem.Means.Length).MaxBy(i => problem.Means[i]);
        return Text($"nothing the constraints allow is expected to earn more than the risk-free rate of {problem.Options.RiskFree}; the best asset, {problem.Assets[best]}, is expected to earn {problem.Means[best]:0.######}; lower the risk-free rate or choose min-volatility");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
