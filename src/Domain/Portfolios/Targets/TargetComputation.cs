using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Stages;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>From journaled inputs to target weights. The same inputs and solver answers give the same weights, digit for digit.</summary>
public static class TargetComputation
{
    /// <summary>Weights are kept to this many decimals: beyond what they are exact to, and so few that rounding of doubles does not show.</summary>
    private const int Decimals = 9;

    private static readonly decimal Crumb = 0.000001m;

    /// <param name="warnings">Said of the history already.</param>
    /// <exception cref="WeightException">The method finds no weights; the message says why.</exception>
    public static TargetsComputed Compute(
        PortfolioState state, PortfolioSettings settings, TargetHistory history, SortedDictionary<string, double>? current,
        IReadOnlyList<string> warnings, IMilpSolver solver, DateTimeOffset now)
    {
        var continues = state.Computed?.IsFor(settings) == true;
        var inputs = new TargetsComputed
        {
            ComputationId = $"{settings.Id}-targets-{state.Computations + 1}",
            At = now,
            Targets = settings.Targets,
            HistoryFrom = settings.History,
            Smoothing = settings.Smoothing,
            Slot = state.LastSlot,
            History = history,
            Current = current,
            Previous = continues ? state.Computed!.Weights : state.LastTargets,
            Continues = continues,
            Answers = [],
            Recommended = [],
            Weights = [],
            Warnings = warnings,
        };
        return Compute(inputs, solver);
    }

    /// <summary>Computes again from what was journaled.</summary>
    public static TargetsComputed Replay(TargetsComputed journaled) => Compute(journaled, new RecordedSolver(journaled.Answers));

    private static TargetsComputed Compute(TargetsComputed inputs, IMilpSolver solver)
    {
        var session = new RecordingSolver(solver);
        var (recommended, metrics, warnings) = inputs.Targets.Computed!.Glide is { } glide
            ? (glide.On(DateOnly.FromDateTime(inputs.At.UtcDateTime)).Weights(), null, [])
            : Optimise(inputs, session);
        var weights = TargetWeights.Create(Rounded(recommended, inputs.Targets.Computed.Glide is null ? inputs.Targets.Computed.Options.Sum : 1));
        var kept = TargetWeights.Create((inputs.Previous ?? []).Where(entry => inputs.Continues && entry.Value > 0 && !weights.ByAsset.ContainsKey(entry.Key))
            .Select(entry => KeyValuePair.Create(entry.Key, 0m)).Concat(weights.ByAsset));
        return inputs with
        {
            Answers = session.Answers,
            Recommended = weights.ByAsset,
            Weights = kept.SmoothedFrom(inputs.Previous is null ? null : TargetWeights.Create(inputs.Previous), inputs.Smoothing).ByAsset,
            Metrics = metrics,
            Warnings = [.. inputs.Warnings.Concat(warnings).Distinct(StringComparer.Ordinal)],
        };
    }

    private static (SortedDictionary<string, double> Weights, ComputedMetrics? Metrics, IReadOnlyList<string> Warnings) Optimise(
        TargetsComputed inputs, IMilpSolver solver)
    {
        var (computed, warnings) = (inputs.Targets.Computed!, new List<string>());
        var prices = inputs.History.ToTable();
        var all = PriceReturns.Compute(prices, computed.Options.LogReturns, warnings);
        var returns = WithoutMarket(all, inputs.History);
        var market = computed.Market is { } name ? all.Column(IndexOf(all, name)).ToArray() : null;
        var frequency = inputs.HistoryFrom.Frame.PeriodsAYear(inputs.History.NeverCloses);
        var options = computed.Every is null ? computed.Options : OfAssets(computed.Options, returns.Assets, warnings);
        var request = OptimisationBinding.Bind(inputs.Targets.Method, options, returns, frequency, inputs.Current, market);
        var result = Optimiser.Run(request, returns, solver);
        var weights = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (index, asset) in result.Assets.Index())
        {
            weights[asset] = result.Weights[index];
        }

        var metrics = result.Metrics;
        return (weights, new ComputedMetrics(
            metrics.ExpectedReturn, metrics.Volatility, metrics.Sharpe, metrics.Sortino, metrics.MaximumDrawdown, metrics.ConditionalValueAtRisk,
            metrics.DiversificationRatio, metrics.EffectiveBets, metrics.TrackingError, metrics.Turnover), [.. warnings, .. result.Warnings]);
    }

    private static ReturnTable WithoutMarket(ReturnTable all, TargetHistory history)
    {
        int[] kept = [.. Enumerable.Range(0, all.Assets.Count).Where(i => !history.Series[i].IsMarketOnly)];
        return new ReturnTable([.. kept.Select(i => all.Assets[i])], all.Dates, [.. kept.Select(i => all.Column(i).ToArray())]);
    }

    private static int IndexOf(ReturnTable table, string asset) => table.Assets.Index().First(entry => entry.Item == asset).Index;

    /// <summary>A filter decides which assets there are: what the options say of others does not apply today.</summary>
    private static OptimisationOptions OfAssets(OptimisationOptions options, IReadOnlyList<string> assets, List<string> warnings)
    {
        SortedDictionary<string, T> Of<T>(SortedDictionary<string, T> values)
        {
            var kept = new SortedDictionary<string, T>(StringComparer.Ordinal);
            foreach (var (asset, value) in values)
            {
                if (assets.Contains(asset))
                {
                    kept[asset] = value;
                }
                else
                {
                    warnings.Add($"{asset} is named in the options but not among the assets of today; what they say of it does not apply");
                }
            }

            return kept;
        }

        var views = options.Views.Where(view => view.Assets.Keys.All(assets.Contains)).ToList();
        if (views.Count < options.Views.Count)
        {
            warnings.Add($"{options.Views.Count - views.Count} views are about assets that are not among those of today; they do not apply");
        }

        return options with
        {
            AssetBounds = Of(options.AssetBounds),
            Groups = [.. options.Groups.Select(grouping => grouping with { Assets = Of(grouping.Assets) })],
            RiskBudgets = options.RiskBudgets is null ? null : Of(options.RiskBudgets),
            Views = views,
            Prior = options.Prior is null ? null : Of(options.Prior),
        };
    }

    /// <summary>Rounded so that the sum stays what it was: the largest weight takes up the crumbs.</summary>
    private static IEnumerable<KeyValuePair<string, decimal>> Rounded(SortedDictionary<string, double> weights, double sum)
    {
        var rounded = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (asset, weight) in weights)
        {
            rounded[asset] = Math.Round((decimal)weight, Decimals);
        }

        var rest = (decimal)sum - rounded.Values.Sum();
        if (rest != 0 && Math.Abs(rest) < Crumb)
        {
            rounded[rounded.MaxBy(entry => entry.Value).Key] += rest;
        }

        return rounded;
    }

    /// <summary>Keeps every answer for the journal.</summary>
    private sealed class RecordingSolver(IMilpSolver solver) : IMilpSolver
    {
        private readonly List<MilpSolution> _answers = [];

        public IReadOnlyList<MilpSolution> Answers => _answers;

        public MilpSolution Solve(MilpProblem problem, MilpLimits limits)
        {
            var answer = solver.Solve(problem, limits);
            _answers.Add(answer);
            return answer;
        }
    }
}
