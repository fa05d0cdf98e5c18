using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Orders;

/// <summary>How a decision's orders are worked.</summary>
/// <param name="Timeout">After it a working order is cancelled; with slices also the time from one to the next.</param>
/// <param name="PriceCollar">Largest relative distance from the decision's price, such as 0.01.</param>
/// <param name="MaxOrderNotional">Largest order whatever its quote currency, in that currency: what <paramref name="Limits"/> say comes on top.</param>
/// <param name="TimeInForce">Where the venue has it; elsewhere the manager cancels as the venue would.</param>
/// <param name="Reprice">A limit order not filled that long gives way to one at the price of then; null works one price for the whole time.</param>
/// <param name="Limits">Null in decisions of a version that had none.</param>
public sealed record ExecutionTerms(
    OrderType Type, TimeSpan Timeout, int Slices, decimal PriceCollar, decimal MaxOrderNotional, ExecutionLimits? Limits = null,
    TimeInForce TimeInForce = TimeInForce.GoodTilCancelled, TimeSpan? Reprice = null)
{
    /// <summary>Largest order in a quote currency.</summary>
    /// <exception cref="InvalidOperationException">The decision has no price of that currency.</exception>
    public decimal MaxNotionalIn(string quote) =>
        Limits is { MaxOrder: { } most } limits ? Math.Min(MaxOrderNotional, most / limits.PriceOf(quote)) : MaxOrderNotional;
}

/// <param name="IntentId">Unique for ever; the first order carries it, further ones a suffix.</param>
public sealed record PlannedIntent(string IntentId, MarketId Market, TradeSide Side, decimal Quantity, decimal ReferencePrice);

/// <summary>An account's part of a decision, as taken into its stream.</summary>
/// <param name="Scopes">Halt scopes checked in the arming append.</param>
/// <param name="Slices">Slices by position in <paramref name="Trades"/>, after minimums.</param>
public sealed record ExecutionPlan(
    string PortfolioId, string DecisionId, DateTimeOffset AcceptedAt, DateTimeOffset ExpiresAt, IReadOnlyList<string> Scopes,
    ExecutionTerms Terms, IReadOnlyList<PlannedIntent> Trades, IReadOnlyList<int> Slices, DateTimeOffset? CompletedAt = null);
