using System.Text.Json;
using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;

namespace Rebalancer.Host.Api;

/// <param name="Live">True when orders may reach live venues: the service was started with --live.</param>
public sealed record ServiceStatus(
    string Version, DateTimeOffset At, bool Live, IReadOnlyList<HaltView> Halts, IReadOnlyList<PortfolioView> Portfolios);

/// <param name="Scope"><c>global</c>, <c>portfolio/ID</c> or <c>account/ID</c>.</param>
public sealed record HaltView(string Scope, string Who, string Why, DateTimeOffset At);

public sealed record AccountOrder(string Account, OrderView Order);

public sealed record PortfolioDecision(string Portfolio, DecisionView Decision);

/// <param name="Portfolio">May be absent while the service has one portfolio.</param>
public sealed record RebalanceRequest(string? Portfolio, bool DryRun, string? Why);

public sealed record ApplyRequest(bool AcceptChanges, string? Why);

public sealed record FetchRequest(string? Portfolio);

/// <param name="Account">Null, with no portfolio either, means everything.</param>
/// <param name="Reduce">Stop buys only.</param>
public sealed record HaltRequest(string? Account, string? Why, string? Portfolio = null, bool Reduce = false)
{
    internal HaltTarget Target => new(Account, Portfolio, Reduce);
}

/// <param name="Outcome"><c>cancelled</c> or <c>never-arrived</c>.</param>
public sealed record ResolveRequest(string Intent, string Outcome, string? Why);

public sealed record CancelRequest(string Intent, string? Why);

/// <param name="AcceptStale">Go on counting the last balances read, however old.</param>
public sealed record PauseRequest(bool AcceptStale, string? Why);

public sealed record ReasonRequest(string? Why);

/// <param name="Portfolio">May be absent while the service has one portfolio.</param>
/// <param name="Account">The account as it would stand in the <c>accounts</c> of the settings file.</param>
public sealed record AddAccountRequest(string? Portfolio, JsonElement Account, string? Why);
