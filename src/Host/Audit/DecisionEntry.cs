namespace Rebalancer.Host.Audit;

/// <summary>A decision in short, and where the journal has the whole of it.</summary>
/// <param name="TotalValue">In base currency, at the decision.</param>
/// <param name="DriftBefore">Σ|weight − target| / 2, cash included, at the decision's prices; as planned and after too.</param>
/// <param name="Fees">In base currency; null until the orders have ended.</param>
public sealed record DecisionEntry(
    string Id, string Portfolio, DateTimeOffset At, string Trigger, string Status, decimal TotalValue, double DriftBefore, double DriftPlanned,
    double? DriftAfter, int Orders, decimal Turnover, decimal? Fees, double GapBasisPoints)
{
    internal StreamRange Rows { get; init; } = new("", 0, 0);

    /// <summary>Row of the computation its targets come from; null where they are written in the settings.</summary>
    internal long? Computation { get; init; }

    /// <summary>Rows of the accounts that worked its orders.</summary>
    internal IReadOnlyList<StreamRange> Executions { get; init; } = [];
}

/// <param name="To">Null while more may come.</param>
internal sealed record StreamRange(string PersistenceId, long From, long? To);

/// <param name="Drift">Null where only the value was recorded.</param>
/// <param name="Decision">Id of the decision made then; null between decisions.</param>
public sealed record ValuePoint(DateTimeOffset At, decimal Value, double? Drift, string? Decision);

/// <summary>One thing that happened to an order.</summary>
/// <param name="Step">In one word: accepted, planned, armed, acknowledged, filled, cancelled, …</param>
/// <param name="Text">In a sentence.</param>
public sealed record TrailEntry(DateTimeOffset At, string Account, string Intent, string Step, string Text);
