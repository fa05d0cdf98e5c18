using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Settings;

/// <summary>
/// What a person may ask of an optimisation, by asset name: the options of <c>optimize</c> and the fields of the settings' <c>targets</c>.
/// Bound to the assets of a history by <see cref="OptimisationBinding"/>.
/// </summary>
public sealed record OptimisationOptions
{
    public ReturnModel ReturnsModel { get; init; } = ReturnModel.Mean;

    public RiskModel RiskModel { get; init; } = RiskModel.Sample;

    /// <summary>Null is the risk model's own default.</summary>
    public MissingReturns? Missing { get; init; }

    /// <summary>Periods a year; null is 252 on the command line, and what fits the time frame in the service.</summary>
    public int? Frequency { get; init; }

    /// <summary>Of ema and exp; null is 500 and 180.</summary>
    public int? Span { get; init; }

    public bool LogReturns { get; init; }

    public bool Arithmetic { get; init; }

    /// <summary>A year.</summary>
    public double RiskFree { get; init; } = 0.02;

    /// <summary>Of every weight that <see cref="AssetBounds"/> does not name.</summary>
    public WeightRange Bounds { get; init; } = new(0, 1);

    public SortedDictionary<string, WeightRange> AssetBounds { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Groupings side by side.</summary>
    public IReadOnlyList<GroupingOptions> Groups { get; init; } = [];

    /// <summary>Range of the sum of weights, in place of <see cref="Sum"/>.</summary>
    public WeightRange? Net { get; init; }

    public double Sum { get; init; } = 1;

    /// <summary>Largest Σ|w|.</summary>
    public double? GrossMax { get; init; }

    /// <summary>Largest Σ|w − w₀|.</summary>
    public double? MaxTurnover { get; init; }

    /// <summary>Cost of Σ|w − w₀|, as a share of what is traded.</summary>
    public double TransactionCost { get; init; }

    /// <summary>γ of γ·w'w.</summary>
    public double L2 { get; init; }

    public int? MaxAssets { get; init; }

    public double? MinWeightIfHeld { get; init; }

    public double? TargetReturn { get; init; }

    public double? TargetVolatility { get; init; }

    public double RiskAversion { get; init; } = 1;

    /// <summary>Level of CVaR and CDaR.</summary>
    public double Beta { get; init; } = 0.95;

    /// <summary>Of the semivariance, a period.</summary>
    public double BenchmarkReturn { get; init; }

    public LinkageMethod Linkage { get; init; } = LinkageMethod.Single;

    /// <summary>Null is an equal share of the risk.</summary>
    public SortedDictionary<string, double>? RiskBudgets { get; init; }

    public IReadOnlyList<ViewOptions> Views { get; init; } = [];

    public double? Tau { get; init; }

    /// <summary>Annual returns in place of the return model's, for the assets named; null leaves the model's.</summary>
    public SortedDictionary<string, double>? Prior { get; init; }
}

/// <summary>Low and high, both included.</summary>
public sealed record WeightRange(double Low, double High);

/// <param name="Name">Such as <c>sector</c>.</param>
/// <param name="Assets">Group by asset; an asset that is not named is in none.</param>
/// <param name="Minimum">Least weight by group.</param>
/// <param name="Maximum">Largest weight by group.</param>
public sealed record GroupingOptions(
    string Name, SortedDictionary<string, string> Assets, SortedDictionary<string, double> Minimum, SortedDictionary<string, double> Maximum);

/// <param name="Assets">Loading by asset: 1 and −1 for "A beats B".</param>
/// <param name="Return">A year.</param>
/// <param name="Confidence">0 is no view, 1 certain; null takes the view's share of the prior's uncertainty.</param>
public sealed record ViewOptions(SortedDictionary<string, double> Assets, double Return, double? Confidence);
