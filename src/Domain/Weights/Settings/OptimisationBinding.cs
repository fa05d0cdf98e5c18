using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Settings;

/// <summary>Turns options by asset name into a request over the columns of a history.</summary>
public static class OptimisationBinding
{
    private const int EmaSpan = 500;
    private const int ExponentialSpan = 180;

    /// <param name="frequency">Periods a year, where the options give none.</param>
    /// <param name="current">Weights held now by asset; an asset that is not named is not held. Null: not known.</param>
    /// <param name="market">Returns of the market on the history's rows, for capm; null is the equal-weight average.</param>
    /// <exception cref="WeightException">An option names an asset that the history has not, or needs weights that are not known.</exception>
    public static OptimisationRequest Bind(
        string method, OptimisationOptions options, ReturnTable returns, int frequency, IReadOnlyDictionary<string, double>? current = null,
        double[]? market = null)
    {
        var periods = options.Frequency ?? frequency;
        var returnOptions = new ReturnOptions(periods, !options.Arithmetic, options.Span ?? EmaSpan, market, options.RiskFree);
        return new OptimisationRequest
        {
            Method = method,
            LogReturns = options.LogReturns,
            ReturnModel = options.ReturnsModel,
            ReturnOptions = returnOptions,
            RiskModel = options.RiskModel,
            RiskOptions = new RiskOptions(periods, options.Span ?? ExponentialSpan, Missing: options.Missing),
            Constraints = Constraints(options, returns.Assets, current),
            Options = new MethodOptions(
                options.RiskFree, options.TargetReturn, options.TargetVolatility, options.RiskAversion, options.Beta, options.BenchmarkReturn,
                options.Linkage, options.RiskBudgets is { } budgets ? ByColumn(budgets, returns.Assets, "risk budgets") : null, periods),
            Views = [.. options.Views.Select(view => new View(ByColumn(view.Assets, returns.Assets, "views"), view.Return, view.Confidence))],
            Tau = options.Tau ?? BlackLitterman.UsualTau,
            Prior = options.Prior is { } prior
                ? ByColumn(prior, returns.Assets, "prior", ReturnModels.Estimate(options.ReturnsModel, returns, returnOptions))
                : null,
        };
    }

    private static WeightConstraints Constraints(
        OptimisationOptions options, IReadOnlyList<string> assets, IReadOnlyDictionary<string, double>? current)
    {
        if (current is null && (options.MaxTurnover is not null || options.TransactionCost > 0))
        {
            throw new WeightException("a largest turnover and a transaction cost need the weights held now, which are not known");
        }

        double[] lower = [.. assets.Select(asset => options.AssetBounds.GetValueOrDefault(asset, options.Bounds).Low)];
        double[] upper = [.. assets.Select(asset => options.AssetBounds.GetValueOrDefault(asset, options.Bounds).High)];
        RequireKnown(options.AssetBounds.Keys, assets, "asset bounds");
        return new WeightConstraints(lower, upper)
        {
            Sum = options.Sum,
            Net = options.Net is { } net ? (net.Low, net.High) : null,
            MaximumGross = options.GrossMax,
            Groups = [.. options.Groups.SelectMany(grouping => Limits(grouping, assets))],
            Current = current is null ? null : [.. assets.Select(asset => current.GetValueOrDefault(asset))],
            MaximumTurnover = options.MaxTurnover,
            TransactionCost = options.TransactionCost,
            L2 = options.L2,
            MaximumAssets = options.MaxAssets,
            MinimumIfHeld = options.MinWeightIfHeld,
        };
    }

    private static IEnumerable<GroupLimit> Limits(GroupingOptions grouping, IReadOnlyList<string> assets)
    {
        RequireKnown(grouping.Assets.Keys, assets, $"grouping {grouping.Name}");
        return grouping.Assets.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(group => new GroupLimit(
            $"{grouping.Name} {group}",
            [.. Enumerable.Range(0, assets.Count).Where(i => grouping.Assets.GetValueOrDefault(assets[i]) == group)],
            grouping.Minimum.TryGetValue(group, out var minimum) ? minimum : null,
            grouping.Maximum.TryGetValue(group, out var maximum) ? maximum : null));
    }

    private static double[] ByColumn(SortedDictionary<string, double> values, IReadOnlyList<string> assets, string what, double[]? others = null)
    {
        RequireKnown(values.Keys, assets, what);
        return [.. assets.Select((asset, i) => values.TryGetValue(asset, out var value) ? value : others?[i] ?? 0)];
    }

    private static void RequireKnown(IEnumerable<string> names, IReadOnlyList<string> assets, string what)
    {
        if (names.FirstOrDefault(name => !assets.Contains(name)) is { } unknown)
        {
            throw new WeightException($"{what}: {unknown} is not among the assets, which are {string.Join(", ", assets)}; correct the name or leave it out");
        }
    }
}
