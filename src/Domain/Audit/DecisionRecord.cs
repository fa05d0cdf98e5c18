using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Domain.Audit;

/// <summary>Everything the journal says about one decision, in the order it happened.</summary>
/// <param name="Portfolio">Id of the portfolio.</param>
/// <param name="Closed">How it ended without being executed, in words; null otherwise.</param>
public sealed record DecisionRecord(
    string Portfolio, RebalanceDecided Decided, DecisionDispatched? Dispatched, IReadOnlyList<AccountExecutionReported> Reports,
    RebalanceCompleted? Completed, string? Closed)
{
    /// <summary>How the targets were computed; null where they are written in the settings.</summary>
    public TargetsComputed? Computation { get; init; }

    /// <param name="computation">The portfolio's last before the decision.</param>
    public static DecisionRecord Start(RebalanceDecided decided, TargetsComputed? computation = null) => new(decided.Settings.Id, decided, null, [], null, null)
    {
        Computation = computation is not null && computation.ComputationId == decided.TargetsFrom ? computation : null,
    };

    public string Status => this switch
    {
        { Closed: { } closed } => closed,
        { Completed: not null } => "completed",
        { Dispatched: not null } => "executing",
        { Decided.Disposition: Disposition.Waiting } => "waiting for apply",
        { Decided.Disposition: Disposition.Refused } => "refused",
        _ => "nothing to do",
    };

    /// <summary>The decision an event speaks of; null when it speaks of none.</summary>
    public static string? IdOf(object @event) => @event switch
    {
        RebalanceDecided decided => decided.DecisionId,
        DecisionDispatched dispatched => dispatched.DecisionId,
        AccountExecutionReported reported => reported.DecisionId,
        RebalanceCompleted completed => completed.DecisionId,
        DecisionApplied applied => applied.DecisionId,
        DecisionExpired expired => expired.DecisionId,
        DecisionSuperseded superseded => superseded.DecisionId,
        _ => null,
    };

    public DecisionRecord Evolve(object @event) => @event switch
    {
        DecisionDispatched dispatched => this with { Dispatched = dispatched },
        AccountExecutionReported reported => this with { Reports = [.. Reports, reported] },
        RebalanceCompleted completed => this with { Completed = completed },
        _ => ClosedBy(@event) is { } closed ? this with { Closed = closed } : this,
    };

    /// <summary>How the event ends a decision that is not carried out, in words; null when it does not.</summary>
    public static string? ClosedBy(object @event) => @event switch
    {
        DecisionApplied applied => $"applied by {applied.Who} as {applied.AppliedAs}",
        DecisionExpired expired => $"expired: {expired.Reason}",
        DecisionSuperseded superseded => $"superseded by {superseded.By}",
        _ => null,
    };
}
