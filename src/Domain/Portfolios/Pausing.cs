namespace Rebalancer.Domain.Portfolios;

/// <summary>Who paused a portfolio, why, and since when.</summary>
public sealed record PortfolioPause(string Who, string Why, DateTimeOffset At);

/// <summary>
/// A portfolio that operators pause, resume and retire while the service runs. A pause stops decisions and leaves orders alone; a halt stops orders.
/// </summary>
public static class Pausing
{
    /// <summary>Why nothing is decided, and how to go on; null while it is not paused.</summary>
    public static string? Objection(PortfolioState state) => state.Pause is { } pause
        ? $"the portfolio is paused by {pause.Who}: {pause.Why}; go on with: rebalancer portfolio resume {state.Settings?.Id}"
        : null;

    /// <summary>None while it is paused: the first who paused it, and the reason, stand.</summary>
    public static IReadOnlyList<object> Pause(PortfolioState state, string who, string why, DateTimeOffset at) =>
        state.Pause is null ? [new PortfolioPaused(who, why, at)] : [];

    /// <summary>None while it is not paused.</summary>
    public static IReadOnlyList<object> Unpause(PortfolioState state, string who, string why, DateTimeOffset at) =>
        state.Pause is null ? [] : [new PortfolioUnpaused(who, why, at)];

    /// <summary>Why the portfolio cannot be left by its accounts yet; null when it can.</summary>
    public static string? RetireObjection(PortfolioState state) =>
        state.Pause is null ? "it is not paused and may decide at any time"
        : state.Open is { Dispatched: not null } open ? $"decision {open.Decided.DecisionId} has not been reported as ended by every account"
        : null;

    /// <summary>
    /// Ends what waits for approval, lets the accounts go and lifts the portfolio's own halts, which would stand for ever otherwise. It stays paused:
    /// whoever adds it again resumes it.
    /// </summary>
    public static IReadOnlyList<object> Retire(PortfolioState state, string who, string why, DateTimeOffset at) =>
    [
        .. state.Open is { } waiting ? new object[] { new DecisionExpired(waiting.Decided.DecisionId, $"{who} removed the portfolio: {why}", at) } : [],
        .. state.Joined.Select(id => new AccountLeft(id, at)),
        .. state.Halts.Keys.Select(scope => new TradingResumed(scope, who, why, at)),
        new PortfolioRetired(who, why, at),
    ];
}
