using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Audit;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Api;

/// <summary>What the API and the page read from the journal, and the plans they ask for without trading.</summary>
/// <remarks>A decision that is not there throws <see cref="UnknownNameException"/>.</remarks>
public interface IServiceAudit
{
    /// <summary>Every decision, newest first, in short.</summary>
    Task<IReadOnlyList<DecisionEntry>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A decision with every input.</summary>
    Task<DecisionRecord> FindAsync(string decision, CancellationToken cancellationToken);

    /// <summary>What became of a decision's orders, oldest first.</summary>
    Task<IReadOnlyList<TrailEntry>> GetTrailAsync(string decision, CancellationToken cancellationToken);

    /// <summary>Value and drift of a portfolio over time, oldest first: journaled at decisions, measured in between while the service ran.</summary>
    /// <param name="portfolio">Null for the only one.</param>
    Task<IReadOnlyList<ValuePoint>> GetHistoryAsync(string? portfolio, CancellationToken cancellationToken);

    /// <summary>Every fill, in the order they were booked.</summary>
    IAsyncEnumerable<TradeEntry> ReadTradesAsync(CancellationToken cancellationToken);

    Task<JournalVerification> VerifyAsync(CancellationToken cancellationToken);

    /// <param name="resolve">Solve again instead of feeding back the journaled answers.</param>
    Task<ReplayResult> ReplayAsync(string decision, bool resolve, CancellationToken cancellationToken);

    /// <summary>Places a past decision again with other settings.</summary>
    /// <exception cref="PlacementInputException">The settings do not fit the decision.</exception>
    Task<WhatIfAnswer> WhatIfAsync(string decision, WhatIfRequest changes, CancellationToken cancellationToken);

    /// <summary>Places a problem of its own.</summary>
    Task<Plan> PlanAsync(PlacementProblem problem, CancellationToken cancellationToken);

    /// <summary>Events past an offset, in the order they were written.</summary>
    IAsyncEnumerable<JournalRow> ReadEventsAsync(long afterOffset, int limit, CancellationToken cancellationToken);
}
