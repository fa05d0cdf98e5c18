using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;

namespace Rebalancer.Host.Api;

/// <summary>Everything the API and the page can ask of the running service. Implementations ask the actors.</summary>
/// <remarks>Wrong names throw <see cref="UnknownNameException"/>; what a gate or an actor refuses throws <see cref="OperationRefusedException"/>.</remarks>
public interface IServiceOperations
{
    Task<ServiceStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>What every account knows of itself now, without reading its venue.</summary>
    Task<IReadOnlyList<AccountReport>> GetAccountsAsync(CancellationToken cancellationToken);

    /// <param name="portfolio">Null for the only one, as everywhere here.</param>
    Task<PortfolioHoldings> GetHoldingsAsync(string? portfolio, CancellationToken cancellationToken);

    /// <summary>Asks the venues for the history of what the portfolio aims at and holds.</summary>
    Task<PriceHistory> GetPriceHistoryAsync(string? portfolio, int lookbackDays, CancellationToken cancellationToken);

    /// <summary>The nodes, the actors that run on this one, and the journal.</summary>
    Task<ServiceTopology> GetTopologyAsync(CancellationToken cancellationToken);

    /// <summary>The settings the service works by, as JSON without secrets.</summary>
    Task<string> GetConfigurationAsync(CancellationToken cancellationToken);

    /// <summary>Orders of one account, or of all, newest first.</summary>
    Task<IReadOnlyList<AccountOrder>> GetOrdersAsync(string? account, int limit, CancellationToken cancellationToken);

    /// <summary>Decisions of one portfolio, or of all, newest first.</summary>
    Task<IReadOnlyList<PortfolioDecision>> GetDecisionsAsync(string? portfolio, int limit, CancellationToken cancellationToken);

    /// <summary>Decides now; the answer comes once decided, not once executed.</summary>
    Task<RebalanceAnswer> RebalanceAsync(string? portfolio, bool dryRun, Operator by, CancellationToken cancellationToken);

    /// <summary>Executes a waiting decision.</summary>
    Task<RebalanceAnswer> ApplyAsync(string decision, bool acceptChanges, Operator by, CancellationToken cancellationToken);

    /// <summary>Reads every account of the portfolio afresh.</summary>
    Task<PortfolioView> FetchAsync(string? portfolio, CancellationToken cancellationToken);

    /// <summary>Stops trading of the account, the portfolio, or of everything; answers once nothing of it can be sent any more.</summary>
    Task HaltAsync(HaltTarget target, Operator by, CancellationToken cancellationToken);

    /// <summary>Lifts what <see cref="HaltAsync"/> and the gates have stopped there.</summary>
    Task ResumeAsync(HaltTarget target, Operator by, CancellationToken cancellationToken);

    /// <summary>Cancels an order of any account; the venue's evidence says what came of it.</summary>
    Task CancelOrderAsync(string intent, Operator by, CancellationToken cancellationToken);

    /// <summary>Ends a quarantined order on the operator's word.</summary>
    /// <param name="arrived">True: the venue had it and has cancelled it; false: it never arrived.</param>
    Task ResolveOrderAsync(string intent, bool arrived, Operator by, CancellationToken cancellationToken);

    Task AddAccountAsync(AddAccountRequest request, Operator by, CancellationToken cancellationToken);

    Task PauseAccountAsync(string account, bool acceptStale, Operator by, CancellationToken cancellationToken);

    Task ResumeAccountAsync(string account, Operator by, CancellationToken cancellationToken);

    Task RemoveAccountAsync(string account, Operator by, CancellationToken cancellationToken);

    /// <summary>Answers once the portfolio does.</summary>
    Task AddPortfolioAsync(AddPortfolioRequest request, Operator by, CancellationToken cancellationToken);

    /// <summary>It decides nothing any more; orders that are out go on.</summary>
    Task PausePortfolioAsync(string portfolio, Operator by, CancellationToken cancellationToken);

    /// <summary>It decides again; a halt stays.</summary>
    Task ResumePortfolioAsync(string portfolio, Operator by, CancellationToken cancellationToken);

    /// <summary>Ends its orders and lets its accounts go.</summary>
    Task RemovePortfolioAsync(string portfolio, Operator by, CancellationToken cancellationToken);
}

/// <summary>What is halted or resumed: an account, a portfolio, or everything when both are null.</summary>
/// <param name="BuysOnly">Sells go on.</param>
public sealed record HaltTarget(string? Account, string? Portfolio, bool BuysOnly);

/// <summary>Who asks for a change and why; both are journaled with it.</summary>
public sealed record Operator(string Who, string Why);

/// <summary>A name in a request is not known to the service; the message lists those that are.</summary>
public sealed class UnknownNameException(string message) : Exception(message);

/// <summary>The service understood and will not: a halt, a gate, an open order. The message says what to do.</summary>
public sealed class OperationRefusedException(string message) : Exception(message);
