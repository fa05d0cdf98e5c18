using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Messages of a coordinator to itself.</summary>
internal abstract record CoordinatorMessage
{
    /// <summary>Time to look at bands, deposits, schedule and deadlines.</summary>
    public sealed record Tick : CoordinatorMessage;

    /// <summary>An outcome of work that was started for a cycle.</summary>
    public abstract record ForCycle(Cycle Cycle) : CoordinatorMessage;

    /// <param name="Reports">Of the accounts that answered.</param>
    /// <param name="Halts">Scopes halted now, of any portfolio.</param>
    public sealed record Gathered(Cycle Cycle, IReadOnlyList<AccountReport> Reports, IReadOnlyList<string> Halts) : ForCycle(Cycle);

    public sealed record Solved(Cycle Cycle, Preparation.Ready Look, PlacementResult Result) : ForCycle(Cycle);

    /// <param name="Settings">For which the history was asked for.</param>
    public sealed record HistoryGathered(Cycle Cycle, PortfolioSettings Settings, HistoryOutcome Outcome) : ForCycle(Cycle);

    public sealed record TargetsReady(Cycle Cycle, TargetsComputed Computed) : ForCycle(Cycle);

    /// <summary>The targets cannot be computed now, for reasons a person can do something about.</summary>
    public sealed record TargetsRefused(Cycle Cycle, IReadOnlyList<string> Reasons) : ForCycle(Cycle);

    public sealed record CycleFailed(Cycle Cycle, Exception Error) : ForCycle(Cycle);

    /// <summary>For someone who looks; no cycle waits for it.</summary>
    public sealed record PricesGathered(IActorRef Asker, PriceHistory Answer) : CoordinatorMessage;
}

/// <summary>Why the accounts are being read afresh, and who waits for the answer. One cycle runs at a time.</summary>
internal abstract record Cycle
{
    /// <summary>The portfolio looks for itself whether to decide.</summary>
    public sealed record Check : Cycle;

    public sealed record Rebalance(RebalanceNow Command, IActorRef Asker) : Cycle;

    public sealed record Apply(ApplyDecision Command, IActorRef Asker) : Cycle;

    /// <summary>The orders have ended: what did it come to?</summary>
    public sealed record Complete : Cycle;

    public sealed record Fetch(IActorRef Asker) : Cycle;
}
