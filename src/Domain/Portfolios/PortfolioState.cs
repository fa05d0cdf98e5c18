using System.Text.Json.Serialization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Domain.Portfolios.Taxes;

namespace Rebalancer.Domain.Portfolios;

/// <summary>What a portfolio remembers: the fold of its events.</summary>
public sealed record PortfolioState
{
    /// <summary>Summaries kept; older decisions stay in the journal.</summary>
    private const int RecentDecisions = 100;

    public static PortfolioState Empty { get; } = new();

    public PortfolioSettings? Settings { get; init; }

    /// <summary>Targets of the last decision; smoothing starts from them.</summary>
    public SortedDictionary<string, decimal>? LastTargets { get; init; }

    /// <summary>Targets computed last, with what they were computed from; null before the first.</summary>
    public TargetsComputed? Computed { get; init; }

    public int Computations { get; init; }

    /// <summary>Weights the last decision's plan leads to.</summary>
    public SortedDictionary<string, double> LastPlanned { get; init; } = [];

    /// <summary>Accounts that have been read completely at least once.</summary>
    public IReadOnlyList<string> Joined { get; init; } = [];

    /// <summary>Triggers that wait for the next decision; they survive a restart.</summary>
    public IReadOnlyList<Trigger> Pending { get; init; } = [];

    public string? LastSlot { get; init; }

    public int Decisions { get; init; }

    /// <summary>The decision under way or waiting for approval; null when there is none.</summary>
    public OpenDecision? Open { get; init; }

    /// <summary>Newest last.</summary>
    public IReadOnlyList<DecisionSummary> Recent { get; init; } = [];

    /// <summary>Balances deposits and performance are measured from.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>Highest index so far; 0 before the first valuation.</summary>
    public decimal PeakIndex { get; init; }

    public decimal LastIndex { get; init; }

    public DateTimeOffset? ValuedAt { get; init; }

    /// <summary>When orders were last sent out.</summary>
    public DateTimeOffset? LastDispatchedAt { get; init; }

    /// <summary>Half the notional of each dispatched decision as a share of value, the last day's.</summary>
    public IReadOnlyList<TurnoverEntry> Turnover { get; init; } = [];

    /// <summary>Decisions in a row that carried on what the one before left undone.</summary>
    public int RemainderAttempts { get; init; }

    /// <summary>
    /// Pairs that failed twice in one chain of remainders, for whatever reason; forgotten at the next decision that is none. What the venue keeps
    /// rejecting, whichever decision asks, is in <see cref="Accounts.Account.RefusedSides"/>.
    /// </summary>
    public IReadOnlyList<UntradeablePair> Untradeable { get; init; } = [];

    /// <summary>Until then a drift outside the bands is known to be beyond remedy and causes no new decision.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    /// <summary>Null before a decision had anything to write into it.</summary>
    public TaxBook? TaxBook { get; init; }

    /// <summary>Drifts that another decision like the last could not mend; null after a change of settings.</summary>
    public OutOfReach? OutOfReach { get; init; }

    /// <summary>Raised by this portfolio: scope → who and why.</summary>
    public SortedDictionary<string, string> Halts { get; init; } = [];

    /// <summary>While there is one, nothing is decided.</summary>
    public PortfolioPause? Pause { get; init; }

    [JsonIgnore]
    public bool IsHalted => Halts.Keys.Any(scope => !HaltScope.IsOfBuys(scope));

    /// <summary>Buys are stopped, sells go on.</summary>
    [JsonIgnore]
    public bool IsReducing => Halts.Keys.Any(HaltScope.IsOfBuys);

    public PortfolioState Evolve(object @event) => @event switch
    {
        PortfolioSettingsChanged changed => this with
        {
            Settings = changed.Settings,
            Pending = Settings is null ? Pending : [.. Pending, new Trigger(TriggerKind.SettingsChanged, $"settings changed by {changed.Who}")],
            QuietUntil = null,
            OutOfReach = null,
        },
        AccountJoined joined => this with
        {
            Joined = [.. Joined, joined.AccountId],
            Pending = [.. Pending, new Trigger(TriggerKind.AccountAdded, $"account {joined.AccountId} was read for the first time")],
        },
        AccountLeft left => this with
        {
            Joined = [.. Joined.Where(id => id != left.AccountId)],
            Baseline = Baseline?.Without(left.AccountId),
            TaxBook = TaxBook?.Without(left.AccountId),
        },
        SlotFired fired => this with
        {
            LastSlot = fired.LocalSlot,
            Pending = [.. Pending, new Trigger(TriggerKind.Schedule, $"scheduled for {fired.LocalSlot}")],
        },
        SlotSkipped => this with { Pending = [.. Pending.Where(trigger => trigger.Kind != TriggerKind.Schedule)] },
        // New targets may be in reach where the old ones were not.
        TargetsComputed computed => this with { Computed = computed, Computations = Computations + 1, OutOfReach = null, QuietUntil = null },
        RebalanceDecided decided => Decide(decided),
        DecisionDispatched dispatched => Dispatch(dispatched),
        AccountExecutionReported reported => Report(reported),
        RebalanceCompleted completed => Complete(completed),
        DecisionApplied applied => Close(applied.DecisionId, $"applied as {applied.AppliedAs}"),
        DecisionExpired expired => Close(expired.DecisionId, "expired"),
        DecisionSuperseded superseded => Close(superseded.DecisionId, $"superseded by {superseded.By}"),
        PortfolioValued valued => this with { LastIndex = valued.Index, PeakIndex = Math.Max(PeakIndex, valued.Index), ValuedAt = valued.At },
        TradingHalted halted => this with { Halts = With(Halts, halted.Scope, $"{halted.Who}: {halted.Why}") },
        // Who resumes after a drawdown accepts it: the next one is measured from here, or it would halt again at once.
        TradingResumed resumed => this with { Halts = With(Halts, resumed.Scope, null), PeakIndex = LastIndex },
        PortfolioPaused paused => this with { Pause = new PortfolioPause(paused.Who, paused.Why, paused.At) },
        PortfolioUnpaused => this with { Pause = null },
        PortfolioRetired => this with
        {
            Pending = [], Baseline = null, PeakIndex = 0, LastIndex = 0, ValuedAt = null, QuietUntil = null, OutOfReach = null, RemainderAttempts = 0, Untradeable = [],
        },
        _ => throw new InvalidOperationException($"a portfolio knows no event {@event.GetType().Name}"),
    };

    private PortfolioState Decide(RebalanceDecided decided)
    {
        var remainder = decided.Trigger.Kind == TriggerKind.Remainder;
        var summary = new DecisionSummary(
            decided.DecisionId, decided.At, decided.Trigger, DispositionText(decided.Disposition), decided.DriftBefore, decided.DriftPlanned,
            null, decided.Plan.Trades.Count, 0, 0, decided.Plan.GapBasisPoints);
        var index = IndexAt(decided.Prices.ToDictionary(point => point.Asset, point => point.Price));
        return this with
        {
            Decisions = Decisions + 1,
            LastTargets = decided.Targets,
            TaxBook = decided.TaxBook ?? TaxBook,
            LastPlanned = new SortedDictionary<string, double>(decided.Plan.Assets.ToDictionary(asset => asset.Asset, asset => asset.After), StringComparer.Ordinal),
            Pending = SlotSessions.Left(Pending, decided),
            Recent = [.. Recent.TakeLast(RecentDecisions - 1), summary],
            RemainderAttempts = remainder ? RemainderAttempts + 1 : 0,
            Untradeable = remainder ? Untradeable : [],
            Open = decided.Disposition is Disposition.Waiting or Disposition.Dispatched ? new OpenDecision(decided, null, []) : Open,
            Baseline = Baseline.Of(decided.Accounts, decided.Prices, decided.Settings.BaseCurrency, index),
            LastIndex = index,
            PeakIndex = Math.Max(PeakIndex, index),
            ValuedAt = decided.At,
            QuietUntil = decided.Disposition is Disposition.NothingToDo or Disposition.Refused ? decided.At + Cadence.Quiet : null,
            OutOfReach = OutOfReach.Of(decided),
        };
    }

    private PortfolioState Dispatch(DecisionDispatched dispatched)
    {
        var open = RequireOpen(dispatched.DecisionId);
        return this with
        {
            Open = open with { Dispatched = dispatched },
            LastDispatchedAt = dispatched.At,
            Turnover = [.. Turnover.Where(entry => dispatched.At - entry.At < Cadence.Day),
                new TurnoverEntry(dispatched.At, DecisionGates.TurnoverOf(open.Decided))],
        };
    }

    private PortfolioState Report(AccountExecutionReported reported)
    {
        var open = Open is not null && Open.Decided.DecisionId == reported.DecisionId ? Open : null;
        return this with
        {
            Open = open is null ? Open : open with { Reports = [.. open.Reports, reported] },
            TaxBook = TaxBook?.After(reported),
            Recent = Change(reported.DecisionId, summary => summary with { Fills = summary.Fills + reported.Outcomes.Sum(outcome => outcome.Fills) }),
        };
    }

    private PortfolioState Complete(RebalanceCompleted completed)
    {
        var open = RequireOpen(completed.DecisionId);
        var prices = open.Decided.Prices;
        var index = IndexAt(prices.ToDictionary(point => point.Asset, point => point.Price));
        return this with
        {
            Open = null,
            Recent = Change(completed.DecisionId, summary => summary with
            {
                Status = "completed", DriftAfter = completed.DriftAfter, Fees = completed.Fees,
            }),
            Pending = completed.Remainder is { } rest ? [.. Pending, new Trigger(TriggerKind.Remainder, rest)] : Pending,
            Untradeable = completed.Untradeable,
            OutOfReach = OutOfReach?.AfterCompletion(completed.Accounts, open.Decided),
            QuietUntil = completed.Remainder is null ? completed.At + Cadence.AfterCompletion : null,
            Baseline = Baseline.Of(completed.Accounts, prices, open.Decided.Settings.BaseCurrency, index),
        };
    }

    private PortfolioState Close(string decisionId, string status) => this with
    {
        Open = Open?.Decided.DecisionId == decisionId ? null : Open,
        Recent = Change(decisionId, summary => summary with { Status = status }),
    };

    /// <summary>Index at these prices: how the baseline's own quantities have gained or lost, so that deposits do not count as gains.</summary>
    public decimal IndexAt(IReadOnlyDictionary<string, decimal> prices) => Baseline is null ? 1 : Baseline.IndexAt(prices);

    private OpenDecision RequireOpen(string decisionId) => Open is { } open && open.Decided.DecisionId == decisionId
        ? open
        : throw new InvalidOperationException($"expected decision {decisionId} to be open, was {Open?.Decided.DecisionId ?? "none"}");

    private IReadOnlyList<DecisionSummary> Change(string decisionId, Func<DecisionSummary, DecisionSummary> change) =>
        [.. Recent.Select(summary => summary.Id == decisionId ? change(summary) : summary)];

    private static SortedDictionary<string, string> With(SortedDictionary<string, string> halts, string scope, string? why)
    {
        var changed = new SortedDictionary<string, string>(halts, StringComparer.Ordinal);
        if (why is null)
        {
            changed.Remove(scope);
        }
        else
        {
            changed[scope] = why;
        }

        return changed;
    }

    private static string DispositionText(Disposition disposition) => disposition switch
    {
        Disposition.Dispatched => "executing",
        Disposition.Waiting => "waiting for apply",
        Disposition.NothingToDo => "nothing to do",
        _ => "refused",
    };
}

/// <param name="Dispatched">Null while it waits for approval.</param>
public sealed record OpenDecision(RebalanceDecided Decided, DecisionDispatched? Dispatched, IReadOnlyList<AccountExecutionReported> Reports)
{
    /// <summary>Accounts that were given orders and have not reported yet.</summary>
    public IReadOnlyList<string> Outstanding => Dispatched is null
        ? []
        : [.. Dispatched.Parts.Select(part => part.AccountId).Except(Reports.Select(report => report.AccountId))];
}

/// <param name="Fees">In base currency.</param>
public sealed record DecisionSummary(
    string Id, DateTimeOffset At, Trigger Trigger, string Status, double DriftBefore, double DriftPlanned, double? DriftAfter,
    int Orders, int Fills, decimal Fees, double GapBasisPoints);

/// <param name="Share">Of the portfolio's value.</param>
public sealed record TurnoverEntry(DateTimeOffset At, decimal Share);
