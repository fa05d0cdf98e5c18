using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement;

/// <summary>The outcome of a placement: `plan --output json` as immutable data. Nothing in it is rounded to cents.</summary>
public sealed record Plan
{
    public required PlanStatus Status { get; init; }

    public MilpStop? StoppedBy { get; init; }

    /// <summary>True when the simple method stood in for a solver that did not answer; the service never trades on it.</summary>
    public bool Fallback { get; init; }

    /// <summary>Tracking, when fewest-trades had no feasible band.</summary>
    public PlacementObjective? FallbackObjective { get; init; }

    /// <summary>Value of PLACEMENT.md's stage-1 formula, whatever the objective mode.</summary>
    public required decimal Objective { get; init; }

    /// <summary>Safe dual bound; null where the method proves none.</summary>
    public decimal? Bound { get; init; }

    /// <summary>For fewest-trades: proven lower bound of the number of trades.</summary>
    public int? TradesBound { get; init; }

    public double GapBasisPoints { get; init; }

    /// <summary>Wall-clock time it took to find; 0 where nobody measured it, as in a backtest.</summary>
    public long SolveMilliseconds { get; init; }

    public required decimal TotalValue { get; init; }

    /// <summary>Σ |value − target value| over managed assets, in base currency.</summary>
    public required decimal DeviationBefore { get; init; }

    public required decimal DeviationAfter { get; init; }

    public required decimal Cost { get; init; }

    public required decimal Tax { get; init; }

    public required IReadOnlyList<PlannedTrade> Trades { get; init; }

    public required IReadOnlyList<AssetWeights> Assets { get; init; }

    public required IReadOnlyList<AccountAfter> Accounts { get; init; }

    public IReadOnlyList<SkippedPair> Skipped { get; init; } = [];

    public IReadOnlyList<TransferAdvice> Transfers { get; init; } = [];

    /// <summary>What the reader should know besides: fall-backs, rules that could not be kept, infeasibility in words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Null unless it was asked for.</summary>
    public PlanExplanation? Explanation { get; init; }
}

/// <summary>How far a plan is proven: the best within the gap asked for, one that keeps every rule, or that not everything asked for can be kept.</summary>
public enum PlanStatus
{
    Optimal,
    Feasible,
    Infeasible,
}

/// <param name="Price">In quote currency, as are <paramref name="Notional"/> and <paramref name="Fee"/>; the fee is without the half-spread.</param>
public sealed record PlannedTrade(
    string Account, string Asset, string Quote, TradeSide Side, decimal Quantity, decimal Price, decimal Notional, decimal Fee, string Reason);

/// <summary>Weights of one asset as shares of the total value, over all accounts.</summary>
public sealed record AssetWeights(string Asset, double Before, double Target, double After);

/// <param name="CashBefore">In base currency over all cash currencies, as <paramref name="CashAfter"/>.</param>
public sealed record AccountAfter(string Id, decimal CashBefore, decimal CashAfter, SortedDictionary<string, decimal> HoldingsAfter);

/// <param name="Reason">The rule that keeps the pair from being traded; where it takes several together, all of them.</param>
/// <param name="Remedy">What the owner could change about it; null where only money or prices can.</param>
public sealed record SkippedPair(string Account, string Asset, string Reason, string? Remedy = null);

/// <summary>Cash that would do more elsewhere. Only advice: nothing here moves money between accounts.</summary>
public sealed record TransferAdvice(string From, string To, decimal Amount, string Currency, decimal WouldReduceDeviationBy);

/// <param name="Answers">The solver's answers in the order they were asked; fed back, they rebuild the same plan byte for byte.</param>
public sealed record PlacementResult(Plan Plan, IReadOnlyList<MilpSolution> Answers);
