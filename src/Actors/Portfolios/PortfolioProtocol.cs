using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Ask: decide now. Answered by <see cref="RebalanceAnswer"/> once decided (not once executed).</summary>
/// <param name="DryRun">Decide and journal, dispatch nothing; the decision waits for <see cref="ApplyDecision"/>.</param>
public sealed record RebalanceNow(string Who, string Why, bool DryRun);

/// <summary>Ask: execute a waiting decision after refreshing and solving again. Answered by <see cref="RebalanceAnswer"/>.</summary>
/// <param name="AcceptChanges">Go on though the refreshed plan differs by more than the collar.</param>
public sealed record ApplyDecision(string DecisionId, string Who, bool AcceptChanges);

/// <param name="DecisionId">Null when nothing had to be decided.</param>
/// <param name="Message">One sentence for the operator.</param>
/// <param name="Refused">True when a gate refused: exit code 4.</param>
public sealed record RebalanceAnswer(string? DecisionId, string Message, bool Refused, Plan? Plan);

/// <summary>Ask: take new settings. Answered by <see cref="Accounts.CommandAnswer"/>; invalid ones are named and nothing changes.</summary>
public sealed record ChangePortfolioSettings(PortfolioSettings Settings, string Who);

/// <summary>Ask: nothing of this portfolio is armed after the answer. Answered by <see cref="Accounts.CommandAnswer"/>.</summary>
/// <param name="BuysOnly">Sells go on.</param>
public sealed record HaltPortfolio(string Who, string Why, bool BuysOnly = false);

/// <summary>Ask. Answered by <see cref="Accounts.CommandAnswer"/>.</summary>
public sealed record ResumePortfolio(string Who, string Why);

/// <summary>Ask: decide nothing until <see cref="UnpausePortfolio"/>; orders already sent out go on. Answered by <see cref="Accounts.CommandAnswer"/>.</summary>
public sealed record PausePortfolio(string Who, string Why);

/// <summary>Ask: decide again. Halts stay. Answered by <see cref="Accounts.CommandAnswer"/>.</summary>
public sealed record UnpausePortfolio(string Who, string Why);

/// <summary>
/// Ask: let the accounts go, for good. Answered by <see cref="Accounts.CommandAnswer"/>, which says what is still under way while something is.
/// </summary>
public sealed record RetirePortfolio(string Who, string Why);

/// <summary>Ask: read every account afresh. Answered by <see cref="PortfolioView"/>.</summary>
public sealed record FetchNow;

/// <summary>Ask. Answered by <see cref="PortfolioView"/>.</summary>
public sealed record GetPortfolio;

/// <param name="Score">1 − Σ|weight − target| / 2, cash included; null before every account has been read.</param>
/// <param name="WaitingFor">Why no decision can be made now; empty when one can.</param>
public sealed record PortfolioView(
    string Id, string BaseCurrency, string Mode, decimal? TotalValue, double? Score, IReadOnlyList<AssetWeightView> Assets,
    IReadOnlyList<AccountValueView> Accounts, DecisionView? LastDecision, IReadOnlyList<string> WaitingFor,
    IReadOnlyList<string> Halts, DateTimeOffset At, DateTimeOffset? NextSlot)
{
    /// <summary>Who paused it, why and since when; null while it decides.</summary>
    public PortfolioPause? Pause { get; init; }
}

/// <param name="Planned">Weight after the last decision as its plan has it; null while none concerns the asset.</param>
public sealed record AssetWeightView(
    string Asset, decimal Value, double Weight, double Target, double Band, bool OutOfBand, double? Planned = null);

/// <summary>One account within its portfolio; its value in base currency, null while it was never read.</summary>
public sealed record AccountValueView(
    string Id, string Venue, decimal? Value, string State, string? Frozen, DateTimeOffset? BalancesAt, int OpenIntents);

/// <summary>Ask. Answered by <see cref="DecisionList"/>, newest first.</summary>
public sealed record GetDecisions(int Limit);

/// <summary>Answers <see cref="GetDecisions"/>, newest first.</summary>
public sealed record DecisionList(IReadOnlyList<DecisionView> Decisions);

/// <param name="DriftBefore">Σ|weight − target| / 2, cash included, at the decision's prices, as planned and after too.</param>
public sealed record DecisionView(
    string Id, DateTimeOffset At, string Trigger, string Status, double DriftBefore, double DriftPlanned, double? DriftAfter,
    int Orders, int Fills, decimal Fees, double GapBasisPoints);
