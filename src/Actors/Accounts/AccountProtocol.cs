using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Accounts;

/// <summary>Reliable: the coordinator asks an account to execute its part of a decision. Answered by <see cref="ExecutionCompleted"/>.</summary>
/// <param name="ExpiresAt">Past it nothing new may be armed; the message is confirmed and reported back as expired.</param>
/// <param name="Scopes">Halt scopes checked in the arming append, such as <c>global</c> and <c>portfolio/main</c>.</param>
public sealed record ExecuteDecision(
    string PortfolioId, string DecisionId, DateTimeOffset ExpiresAt, IReadOnlyList<string> Scopes, ExecutionStyle Style,
    IReadOnlyList<TradeInstruction> Trades);

/// <param name="IntentId">Unique for ever: decision, account and position in the plan.</param>
/// <param name="ReferencePrice">Price of the decision, in quote currency; the collar is around it.</param>
public sealed record TradeInstruction(string IntentId, MarketId Market, TradeSide Side, decimal Quantity, decimal ReferencePrice);

/// <summary>How orders of a decision are worked.</summary>
/// <param name="MaxOrderNotional">In quote currency.</param>
public sealed record ExecutionStyle(
    OrderType Type, int TimeoutSeconds, int Slices, decimal PriceCollar, decimal MaxOrderNotional, ExecutionLimits? Limits = null,
    TimeInForce TimeInForce = TimeInForce.GoodTilCancelled, int? RepriceSeconds = null);

/// <summary>Reliable: every intent of the decision in this account is terminal.</summary>
public sealed record ExecutionCompleted(string AccountId, string DecisionId, IReadOnlyList<IntentResult> Results);

/// <param name="State">Terminal state's name, or Quarantined.</param>
/// <param name="Fees">Paid, by asset.</param>
/// <param name="Reason">Why it was denied, expired or rejected; null when filled.</param>
public sealed record IntentResult(
    string IntentId, MarketId Market, TradeSide Side, decimal Intended, decimal Filled, decimal AveragePrice,
    SortedDictionary<string, decimal> Fees, int Fills, OrderState State, string? Reason);

/// <summary>Ask: what the account knows now. Answered by <see cref="AccountReport"/>.</summary>
/// <param name="Refresh">Read the venue first; without it the last reading is given.</param>
public sealed record GetAccountReport(bool Refresh);

/// <summary>Told to the portfolio after every complete reading that changed something, and in answer to <see cref="GetAccountReport"/>.</summary>
/// <param name="BalancesAt">Null: never read. Then balances are empty and mean nothing.</param>
/// <param name="Quotes">Last quotes of the account's markets, each with its time.</param>
/// <param name="Frozen">Why the account cannot trade now (paused, halted, venue down since …, a key that may only read); null when it can.</param>
/// <param name="OpenIntents">Intents not yet terminal, quarantined ones apart.</param>
public sealed record AccountReport(
    string AccountId, string Venue, string Kind, bool Taxable, decimal Reserve, long Revision,
    DateTimeOffset? BalancesAt, IReadOnlyList<Balance> Balances,
    DateTimeOffset? MarketsAt, IReadOnlyList<MarketRules> Markets,
    IReadOnlyList<Quote> Quotes, TradingState TradingState, bool Paused, bool StaleAccepted, string? Frozen, int OpenIntents,
    SortedDictionary<string, IReadOnlyList<Domain.Placement.TaxLot>> Lots)
{
    /// <summary>Assets of which less was read than the books say, and nothing explains it yet. What was read of them is not to be traded on.</summary>
    public IReadOnlyList<string> Disputed { get; init; } = [];

    /// <summary>Orders nobody knows the outcome of: their markets are frozen, everything else goes on.</summary>
    public IReadOnlyList<QuarantinedOrder> Quarantined { get; init; } = [];

    /// <summary>Sides of markets that are not tried for a while.</summary>
    public IReadOnlyList<RefusedSide> Refused { get; init; } = [];
}

/// <param name="Reserved">What it may still take at worst, of <paramref name="Asset"/>.</param>
public sealed record QuarantinedOrder(string IntentId, MarketId Market, string Asset, decimal Reserved);

/// <summary>Ask: the account's orders, newest first. Answered by <see cref="OrderList"/>.</summary>
public sealed record GetOrders(int Limit);

/// <summary>Answers <see cref="GetOrders"/>, newest first.</summary>
public sealed record OrderList(IReadOnlyList<OrderView> Orders);

/// <summary>One order as people and programs see it: prices in the market's quote currency, quantities in its asset.</summary>
public sealed record OrderView(
    string IntentId, string ClientOrderId, string DecisionId, MarketId Market, TradeSide Side, decimal Quantity, decimal? LimitPrice,
    decimal Filled, decimal AveragePrice, OrderState State, string? Reason, DateTimeOffset PlannedAt, DateTimeOffset ChangedAt);

/// <summary>Ask, operator commands; each is journaled with who and why and answered by <see cref="CommandAnswer"/>.</summary>
public abstract record AccountCommand(string Who, string Why)
{
    /// <summary>The account is read and counted and trades nothing; with <paramref name="AcceptStale"/> its last balances count however old they grow.</summary>
    public sealed record Pause(string Who, string Why, bool AcceptStale) : AccountCommand(Who, Why);

    /// <summary>Ends a pause, a halt or reducing.</summary>
    public sealed record Resume(string Who, string Why) : AccountCommand(Who, Why);

    /// <summary>Nothing is sent any more but cancels.</summary>
    public sealed record Halt(string Who, string Why) : AccountCommand(Who, Why);

    /// <summary>Only orders that reduce exposure are sent.</summary>
    public sealed record Reduce(string Who, string Why) : AccountCommand(Who, Why);

    /// <summary>Asks the venue to cancel, or drops an order that was not sent.</summary>
    public sealed record CancelOrder(string Who, string Why, string IntentId) : AccountCommand(Who, Why);

    /// <summary>Ends a quarantined order on the operator's word.</summary>
    /// <param name="Outcome">Cancelled or NeverArrived.</param>
    public sealed record ResolveOrder(string Who, string Why, string IntentId, OrderState Outcome) : AccountCommand(Who, Why);
}

/// <param name="Error">Null when done; else what is wrong and what to do.</param>
public sealed record CommandAnswer(string? Error)
{
    public static CommandAnswer Done { get; } = new((string?)null);
}
