using Rebalancer.Actors.MarketData;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Everything a portfolio's coordinator needs besides its stream.</summary>
public sealed record PortfolioCoordinatorSettings
{
    /// <summary>As configured; a difference from what the stream says is journaled at start.</summary>
    public required PortfolioSettings Portfolio { get; init; }

    /// <summary>Finds the trades: the planner with its solver. It may block; it is run off the mailbox.</summary>
    public required Func<PlacementProblem, PlacementResult> Place { get; init; }

    /// <summary>For the weight methods that are linear programs; it may block.</summary>
    public required IMilpSolver Solver { get; init; }

    /// <summary>Reads a price file whole.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Func<string, CancellationToken, Task<string>> ReadFile { get; init; } = File.ReadAllTextAsync;

    /// <summary>Asks Yahoo for past prices; never throws for a failure of Yahoo's, which is the answer about that market. Null where there is no way to it.</summary>
    public Func<GetHistory, CancellationToken, Task<HistoryAnswer>>? AskYahoo { get; init; }

    /// <summary>How long the accounts have to read their venues' price history.</summary>
    public TimeSpan HistoryTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>After a history was missing, how long until it is asked for again.</summary>
    public TimeSpan HistoryRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often bands, deposits and the schedule are looked at.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a fresh reading of an account is waited for; one that does not answer enters with its last.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A slot missed while the service was down is made up for when it is no older than this.</summary>
    public TimeSpan ScheduleCatchUp { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Told every report of an account, for its quotes; null when nobody wants them.</summary>
    public IActorRef? PriceFeed { get; init; }

    public Props CreateProps(PersistenceEngine engine) => new(() => new PortfolioCoordinator(this, engine));
}
