using System.Text.Json;
using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Placement;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Host.Api;

/// <param name="Live">True when orders may reach live venues: the service was started with --live.</param>
public sealed record ServiceStatus(
    string Version, DateTimeOffset At, bool Live, IReadOnlyList<HaltView> Halts, IReadOnlyList<PortfolioView> Portfolios);

/// <param name="Scope"><c>global</c>, <c>portfolio/ID</c> or <c>account/ID</c>.</param>
public sealed record HaltView(string Scope, string Who, string Why, DateTimeOffset At);

/// <summary>An order with the account it is of.</summary>
public sealed record AccountOrder(string Account, OrderView Order);

/// <summary>A decision with the portfolio it is of.</summary>
public sealed record PortfolioDecision(string Portfolio, DecisionView Decision);

/// <param name="Portfolio">May be absent while the service has one portfolio.</param>
public sealed record RebalanceRequest(string? Portfolio, bool DryRun, string? Why);

/// <summary>Executes a waiting decision, after solving again from fresh data; a plan that has changed is refused unless changes are accepted.</summary>
public sealed record ApplyRequest(bool AcceptChanges, string? Why);

/// <summary>Has every account of the portfolio read afresh; null takes the only portfolio.</summary>
public sealed record FetchRequest(string? Portfolio);

/// <param name="Account">Null, with no portfolio either, means everything.</param>
/// <param name="Reduce">Stop buys only.</param>
public sealed record HaltRequest(string? Account, string? Why, string? Portfolio = null, bool Reduce = false)
{
    internal HaltTarget Target => new(Account, Portfolio, Reduce);
}

/// <param name="Outcome"><c>cancelled</c> or <c>never-arrived</c>.</param>
public sealed record ResolveRequest(string Intent, string Outcome, string? Why);

/// <summary>Asks for the cancel of an order, by its intent's id.</summary>
public sealed record CancelRequest(string Intent, string? Why);

/// <param name="AcceptStale">Go on counting the last balances read, however old.</param>
public sealed record PauseRequest(bool AcceptStale, string? Why);

/// <summary>A command that takes no more than a reason, which is journaled with it.</summary>
public sealed record ReasonRequest(string? Why);

/// <param name="Portfolio">May be absent while the service has one portfolio.</param>
/// <param name="Account">The account as it would stand in the <c>accounts</c> of the settings file.</param>
/// <param name="Credentials">Secrets by name, which the service encrypts and stores; the account itself has references only.</param>
public sealed record AddAccountRequest(string? Portfolio, JsonElement Account, string? Why, SortedDictionary<string, string>? Credentials = null);

/// <param name="Portfolio">
/// The portfolio as it would stand in the <c>portfolios</c> of the settings file: an object, or its text, in which comments are allowed and errors name lines.
/// </param>
/// <param name="ConfirmLive">The portfolio's id, where its mode is live: its owner allows it to send real orders.</param>
/// <param name="Source">The name of the file it is from, for messages.</param>
public sealed record AddPortfolioRequest(JsonElement Portfolio, string? Why, string? ConfirmLive = null, string? Source = null);

/// <param name="Events">In the streams shown; there may be more streams.</param>
public sealed record ServiceTopology(
    string Version, DateTimeOffset At, TimeSpan Uptime, IReadOnlyList<NodeView> Nodes, IReadOnlyList<EntityTypeView> EntityTypes, ActorInfo Actors,
    long DeadLetters, string Journal, long Events, IReadOnlyList<StreamView> Streams);

/// <param name="IsThis">The one that answers.</param>
/// <param name="LeaseSeconds">Until it counts as dead unless it renews; null where it never does, being alone.</param>
public sealed record NodeView(string Id, string Address, string Version, bool IsThis, double? LeaseSeconds);

/// <param name="Type">Such as <c>account</c>.</param>
/// <param name="Shards">Shards with an entity of this node.</param>
public sealed record EntityTypeView(string Type, int Shards, int Entities, long Waiting, int Restarts);

/// <summary>A stream of the journal and how many events it has.</summary>
public sealed record StreamView(string Stream, long Events);

/// <summary>Placement of a past decision again, with what is given here in place of what it was made with. Nothing is journaled or sent.</summary>
/// <param name="Targets">Weights by asset; null leaves the decision's.</param>
public sealed record WhatIfRequest(
    SortedDictionary<string, decimal>? Targets, PlacementObjective? Objective, decimal? Band, decimal? DeviationWeight, decimal? OrderPenalty,
    decimal? CashReserve);

/// <param name="Decided">The plan as it was made.</param>
/// <param name="Instead">What the changed settings would have led to.</param>
public sealed record WhatIfAnswer(string Decision, Plan Decided, Plan Instead);

/// <summary>Whether the decision's orders were rebuilt to the byte, and the first difference where they were not.</summary>
public sealed record ReplayAnswer(string Decision, bool Identical, string? Difference);

/// <summary>A decision told in plain words.</summary>
public sealed record ExplanationAnswer(string Decision, string Explanation);
