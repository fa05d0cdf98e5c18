using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights;

/// <summary>How to go from history to weights; names as on the command line and in the settings.</summary>
public sealed record OptimisationRequest
{
    public required string Method { get; init; }

    public ReturnModel ReturnModel { get; init; } = ReturnModel.Mean;

    public ReturnOptions ReturnOptions { get; init; } = new();

    public RiskModel RiskModel { get; init; } = RiskModel.Sample;

    public RiskOptions RiskOptions { get; init; } = new();

    /// <summary>Null is long-only, adding up to 1.</summary>
    public WeightConstraints? Constraints { get; init; }

    public MethodOptions Options { get; init; } = new();

    /// <summary>Whether the returns are logarithms.</summary>
    public bool LogReturns { get; init; }

    public IReadOnlyList<View> Views { get; init; } = [];

    public double Tau { get; init; } = BlackLitterman.UsualTau;

    /// <summary>Prior of the views by asset, length n; null is the return model's vector.</summary>
    public double[]? Prior { get; init; }
}

/// <param name="Weights">In the order of <paramref name="Assets"/>.</param>
public sealed record OptimisationResult(
    IReadOnlyList<string> Assets, double[] Weights, PortfolioMetrics Metrics, string Method, IReadOnlyList<string> Warnings);

/// <summary>Estimates from history, with what the reader must know about them.</summary>
public sealed record MarketEstimates(double[] Means, SymmetricMatrix Covariance, IReadOnlyList<string> Warnings);

/// <summary>From returns to estimates to weights.</summary>
public static class Optimiser
{
    private const double Negligible = 1e-12;

    public static MarketEstimates Estimate(OptimisationRequest request, ReturnTable returns)
    {
        var warnings = new List<string>();
        var means = ReturnModels.Estimate(request.ReturnModel, returns, request.ReturnOptions);
        var covariance = RiskModels.Estimate(request.RiskModel, returns, request.RiskOptions, warnings);
        if (request.Views.Count > 0)
        {
            (means, covariance) = BlackLitterman.Posterior(request.Prior ?? means, covariance, request.Views, request.Tau);
        }

        return new MarketEstimates(means, covariance, warnings);
    }

    /// <exception cref="WeightException">The request cannot be met; the message names the asset, period or constraint responsible.</exception>
    public static OptimisationResult Run(OptimisationRequest request, ReturnTable returns, IMilpSolver solver) =>
        Run(OptimisationMethods.Find(request.Method), request, returns, solver);

    /// <summary>The same with a method of one's own.</summary>
    public static OptimisationResult Run(IOptimisationMethod method, OptimisationRequest request, ReturnTable returns, IMilpSolver solver)
    {
        var constraints = request.Constraints ?? WeightConstraints.LongOnly(returns.Assets.Count);
        RefuseUnusedConstraints(method, constraints);
        var estimates = Estimate(request, returns);
        var warnings = estimates.Warnings.ToList();
        var paths = CompletePaths(method, returns, request.RiskOptions, warnings);
        var weights = Choose(method, new OptimisationProblem(
            returns.Assets, paths, estimates.Means, estimates.Covariance, constraints, request.Options, solver)
        {
            Correlation = PairwiseCorrelation(request, returns),
        });
        double[] cleaned = [.. weights.Select(weight => Math.Abs(weight) < Negligible ? 0 : weight)];
        var metrics = PortfolioMetrics.Measure(cleaned, estimates, returns, request.Options, constraints.Current, request.LogReturns);
        return new OptimisationResult(returns.Assets, cleaned, metrics, method.Name, warnings);
    }

    /// <summary>Measures weights that were chosen without the history.</summary>
    /// <exception cref="WeightException">A weight is of an asset without a history.</exception>
    public static OptimisationResult Measure(OptimisationRequest request, ReturnTable returns, SortedDictionary<string, double> weights, string method)
    {
        if (weights.Keys.FirstOrDefault(asset => !returns.Assets.Contains(asset)) is { } unknown)
        {
            throw new WeightException($"{unknown} has no column in the history; add it, or leave the history out");
        }

        var estimates = Estimate(request, returns);
        double[] byColumn = [.. returns.Assets.Select(asset => weights.GetValueOrDefault(asset))];
        var metrics = PortfolioMetrics.Measure(byColumn, estimates, returns, request.Options, request.Constraints?.Current, request.LogReturns);
        return new OptimisationResult(returns.Assets, byColumn, metrics, method, estimates.Warnings);
    }

    /// <summary>A pairwise covariance has no correlations of its own: its variances are over other days than its covariances.</summary>
    private static SymmetricMatrix? PairwiseCorrelation(OptimisationRequest request, ReturnTable returns)
    {
        var isPairwise = request is { RiskModel: RiskModel.Sample, RiskOptions.Missing: null or MissingReturns.Pairwise, Views.Count: 0 };
        return isPairwise && !returns.IsComplete ? SampleCovariance.PairwiseCorrelation(returns) : null;
    }

    /// <summary>The methods that look at paths need every return of a day.</summary>
    private static ReturnTable CompletePaths(IOptimisationMethod method, ReturnTable returns, RiskOptions options, List<string> warnings)
    {
        if (returns.IsComplete || !method.LooksAtPaths)
        {
            return returns;
        }

        if (options.Missing == MissingReturns.Zero)
        {
            warnings.Add($"{method.Name}: missing returns count as zero");
            return returns.WithZeros();
        }

        var complete = returns.CompleteRows();
        warnings.Add($"{method.Name}: only the {complete.Count} of {returns.Count} days on which every asset has a return were used");
        return complete.Count >= 2 ? complete : throw new WeightException(
            $"{complete.Count} days have a return of every asset; leave the youngest asset out, or use --missing zero");
    }

    /// <summary>What makes a problem infeasible is looked for only once it is: the look costs more than solving does.</summary>
    private static double[] Choose(IOptimisationMethod method, OptimisationProblem problem)
    {
        try
        {
            return method.Optimise(problem);
        }
        catch (InfeasibleWeightsException infeasible)
        {
            (double[], double)? leastReturn = method.LooksAtPaths && problem.Options.TargetReturn is { } target ? (problem.Means, target) : null;
            var reason = Infeasibility.Explain(problem.Assets, problem.Constraints, leastReturn) ?? HeldSetRules.Contradiction(problem.Assets, problem.Constraints);
            throw reason is null ? infeasible : new InfeasibleWeightsException(reason);
        }
    }

    private static void RefuseUnusedConstraints(IOptimisationMethod method, WeightConstraints constraints)
    {
        var hasExtras = constraints is not { MaximumAssets: null, MinimumIfHeld: null, L2: 0, TransactionCost: 0 };
        var isPlain = constraints.IsBoundsOnly && !hasExtras
            && constraints.Lower.All(lower => lower == 0) && constraints.Upper.All(upper => upper >= constraints.Sum);
        if (!method.TakesConstraints && !isPlain)
        {
            throw new WeightException($"{method.Name} takes no bounds, groups or other constraints; leave them out or choose a mean-variance method");
        }

        if (method.LooksAtPaths && hasExtras)
        {
            throw new WeightException(
                $"{method.Name} takes no L2 term, transaction cost, largest number of assets or least weight of a held one; leave them out or choose a mean-variance method");
        }
    }
}
