using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios.Taxes;

namespace Rebalancer.Domain.Portfolios;

/// <param name="Why">The reason the settings give for their limits.</param>
/// <param name="Loosened">Limits that allow more than before, a sentence each.</param>
public sealed record PortfolioSettingsChanged(
    PortfolioSettings Settings, string Who, DateTimeOffset At, string? Why = null, IReadOnlyList<string>? Loosened = null);

/// <summary>The account's first complete reading came.</summary>
public sealed record AccountJoined(string AccountId, DateTimeOffset At);

/// <summary>The settings no longer list the account.</summary>
public sealed record AccountLeft(string AccountId, DateTimeOffset At);

/// <param name="LocalSlot">The slot in the schedule's own time zone, to the second: it fires once, whatever the clocks do.</param>
public sealed record SlotFired(string LocalSlot, DateTimeOffset At);

/// <summary>The slots that were due pass without a decision.</summary>
/// <param name="LocalSlot">The latest of them.</param>
public sealed record SlotSkipped(string LocalSlot, string Reason, DateTimeOffset At);

/// <summary>A decision with every input it was made from, so that it can be explained and rebuilt from this event alone.</summary>
public sealed record RebalanceDecided
{
    public required string DecisionId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Trigger Trigger { get; init; }

    public required PortfolioSettings Settings { get; init; }

    /// <summary>Target weights; <see cref="PlacementProblem.Targets"/> is what the band settings made of them.</summary>
    public required SortedDictionary<string, decimal> Targets { get; init; }

    /// <summary>Id of the <see cref="Portfolios.Targets.TargetsComputed"/> the targets come from; null where they are written in the settings.</summary>
    public string? TargetsFrom { get; init; }

    public required IReadOnlyList<AccountEvidence> Accounts { get; init; }

    public required IReadOnlyList<PricePoint> Prices { get; init; }

    public required IReadOnlyList<AssetDrift> Assets { get; init; }

    public required decimal TotalValue { get; init; }

    public required PlacementProblem Problem { get; init; }

    /// <summary>Lots and recent trades that the problem has its own from; null where nobody asks for tax and no lots were given.</summary>
    public TaxBook? TaxBook { get; init; }

    /// <summary>The solver's answers in the order they were asked.</summary>
    public required IReadOnlyList<MilpSolution> Answers { get; init; }

    public required Plan Plan { get; init; }

    /// <summary>What was left out of the problem and why, a sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public required Disposition Disposition { get; init; }

    /// <summary>The risk gate that refused, in words; null when none did.</summary>
    public string? RefusedBecause { get; init; }

    /// <summary>Σ|weight − target| / 2, cash included, as <see cref="DriftPlanned"/>.</summary>
    public required double DriftBefore { get; init; }

    public required double DriftPlanned { get; init; }
}

/// <param name="Balances">As the venue reported them at <paramref name="BalancesAt"/>.</param>
public sealed record AccountEvidence(
    string Id, string Venue, DateTimeOffset? BalancesAt, IReadOnlyList<Balance> Balances, string? FrozenBecause);

/// <summary>What becomes of a decision once it is made.</summary>
public enum Disposition
{
    Dispatched,

    /// <summary>Waits for <c>apply</c>.</summary>
    Waiting,

    NothingToDo,

    /// <summary>A risk gate refused it.</summary>
    Refused,
}

/// <param name="Parts">Per account, the orders it is asked to make.</param>
/// <param name="ExpiresAt">Past it no account arms anything new for the decision.</param>
public sealed record DecisionDispatched(string DecisionId, IReadOnlyList<DispatchedPart> Parts, DateTimeOffset ExpiresAt, DateTimeOffset At);

/// <summary>What one account is to trade.</summary>
public sealed record DispatchedPart(string AccountId, IReadOnlyList<DispatchedTrade> Trades);

/// <param name="ReferencePrice">In quote currency.</param>
public sealed record DispatchedTrade(string IntentId, MarketId Market, TradeSide Side, decimal Quantity, decimal ReferencePrice);

/// <summary>Every order of the decision in that account has ended.</summary>
public sealed record AccountExecutionReported(string DecisionId, string AccountId, IReadOnlyList<TradeOutcome> Outcomes, DateTimeOffset At);

/// <param name="Fees">Paid, by asset.</param>
/// <param name="Reason">Why it was denied, expired or rejected; null when filled.</param>
public sealed record TradeOutcome(
    string IntentId, MarketId Market, TradeSide Side, decimal Intended, decimal Filled, decimal AveragePrice,
    SortedDictionary<string, decimal> Fees, int Fills, OrderState State, string? Reason);

/// <param name="DriftAfter">At the decision's prices, with balances read after the last fill.</param>
/// <param name="Fees">All fees in base currency at the decision's prices.</param>
/// <param name="Unreported">Accounts that had not answered when the decision expired.</param>
/// <param name="Remainder">What is left to do and worth doing, in words; null when nothing is.</param>
public sealed record RebalanceCompleted(
    string DecisionId, double DriftAfter, decimal TotalValue, decimal Fees, IReadOnlyList<AccountEvidence> Accounts,
    IReadOnlyList<string> Unreported, string? Remainder, IReadOnlyList<UntradeablePair> Untradeable, DateTimeOffset At)
{
    /// <summary>Fees in what had no price at the decision, by asset; they are not in <see cref="Fees"/>. Null where there are none.</summary>
    public SortedDictionary<string, decimal>? UnpricedFees { get; init; }
}

/// <param name="AppliedAs">The decision made from fresh data that was sent in its place.</param>
public sealed record DecisionApplied(string DecisionId, string AppliedAs, string Who, DateTimeOffset At);

/// <summary>Nobody applied it in time.</summary>
public sealed record DecisionExpired(string DecisionId, string Reason, DateTimeOffset At);

/// <summary>A waiting decision gave way to a newer one, <paramref name="By"/>.</summary>
public sealed record DecisionSuperseded(string DecisionId, string By, DateTimeOffset At);

/// <summary>Worth without deposits reached a new high, or a day has passed: what drawdown and plausible values are measured from.</summary>
/// <param name="Index">Value of one unit put in at the start; deposits and withdrawals leave it alone.</param>
public sealed record PortfolioValued(decimal TotalValue, decimal Index, DateTimeOffset At);

/// <param name="Scope"><c>global</c> or <c>portfolio/ID</c>.</param>
public sealed record TradingHalted(string Scope, string Who, string Why, DateTimeOffset At);

/// <summary>Lifts the halt of the scope, <c>global</c> or <c>portfolio/ID</c>.</summary>
public sealed record TradingResumed(string Scope, string Who, string Why, DateTimeOffset At);

/// <summary>The portfolio decides nothing any more; what it has sent out goes on.</summary>
public sealed record PortfolioPaused(string Who, string Why, DateTimeOffset At);

/// <summary>The portfolio decides again. Halts are lifted by <see cref="TradingResumed"/>.</summary>
public sealed record PortfolioUnpaused(string Who, string Why, DateTimeOffset At);

/// <summary>The portfolio is removed at runtime: nothing of what it has measured counts for one that is added under its id later.</summary>
public sealed record PortfolioRetired(string Who, string Why, DateTimeOffset At);
