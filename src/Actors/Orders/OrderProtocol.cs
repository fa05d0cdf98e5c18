using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Orders;

/// <summary>Account to manager: where the decision's orders stand.</summary>
/// <param name="Rules">Of the markets of the plan.</param>
internal sealed record OrdersChanged(ExecutionPlan Plan, IReadOnlyList<Order> Orders, IReadOnlyList<MarketRules> Rules, bool MayTrade);

/// <summary>Manager to account. Answered by <see cref="PermitsDecided"/>.</summary>
internal sealed record RequestPermits(string DecisionId, IReadOnlyList<string> IntentIds);

/// <summary>Account to manager: grants in it are durable, each allows one send.</summary>
/// <param name="Deadline">Of every send it allows; taken before the permits were written, so that a slow write uses it up.</param>
internal sealed record PermitsDecided(IReadOnlyList<PermitDecision> Decisions, SendDeadline Deadline);

/// <summary>Manager to account: what the one send came to.</summary>
internal sealed record ReportSend(string IntentId, SendOutcome Outcome);

/// <summary>Manager to account: a step of its tactics other than asking permits.</summary>
internal sealed record TakeStep(string DecisionId, TacticStep Step);
