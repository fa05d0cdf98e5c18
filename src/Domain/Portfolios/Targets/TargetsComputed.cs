using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>
/// Target weights were computed, with every input: from this event alone they can be computed again. Decisions name the computation they
/// used, so that prices of a year are journaled once and not with each.
/// </summary>
public sealed record TargetsComputed
{
    /// <summary>Unique in the portfolio, as <c>main-targets-3</c>.</summary>
    public required string ComputationId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required TargetSettings Targets { get; init; }

    public required HistorySettings HistoryFrom { get; init; }

    /// <summary>Share of the way from <see cref="Previous"/>.</summary>
    public required decimal Smoothing { get; init; }

    /// <summary>The slot of the schedule it was computed for, the latest fired; null when none had.</summary>
    public string? Slot { get; init; }

    public required TargetHistory History { get; init; }

    /// <summary>Weights held then; null when they were not known, which only methods that ignore them allow.</summary>
    public SortedDictionary<string, double>? Current { get; init; }

    /// <summary>Targets in force before; null when there were none.</summary>
    public SortedDictionary<string, decimal>? Previous { get; init; }

    /// <summary>Whether <see cref="Previous"/> are of the same settings: then an asset that is no longer recommended is sold, not kept.</summary>
    public bool Continues { get; init; }

    /// <summary>The solver's answers in the order they were asked, for the methods that are linear programs.</summary>
    public required IReadOnlyList<MilpSolution> Answers { get; init; }

    /// <summary>What the method recommends.</summary>
    public required SortedDictionary<string, decimal> Recommended { get; init; }

    /// <summary>The recommendation after smoothing: the targets from now on. An asset at zero is to be sold.</summary>
    public required SortedDictionary<string, decimal> Weights { get; init; }

    /// <summary>Null for the methods without estimates.</summary>
    public ComputedMetrics? Metrics { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>False once the settings ask for other targets or another history.</summary>
    public bool IsFor(PortfolioSettings settings) =>
        CanonicalJson.Write(Targets) == CanonicalJson.Write(settings.Targets) && HistoryFrom == settings.History;
}

/// <summary>Of the recommendation, annual; the CVaR is a period's loss.</summary>
public sealed record ComputedMetrics(
    double ExpectedReturn, double Volatility, double Sharpe, double? Sortino, double? MaximumDrawdown, double? ConditionalValueAtRisk,
    double DiversificationRatio, double? EffectiveBets, double TrackingError, double? Turnover);
