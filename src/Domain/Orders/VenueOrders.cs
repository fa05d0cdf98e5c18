using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Orders;

/// <summary>How an order is priced.</summary>
public enum OrderType
{
    Market,
    Limit,
}

/// <summary>How long an order may stay at the venue.</summary>
public enum TimeInForce
{
    GoodTilCancelled,

    /// <summary>What cannot be executed on arrival is cancelled.</summary>
    ImmediateOrCancel,

    /// <summary>The venue ends it at a moment, whether or not its sender is still there to cancel it.</summary>
    GoodTilDate,
}

/// <param name="LimitPrice">Required for a limit order, absent for a market order.</param>
/// <param name="GoodTill">Of a <see cref="TimeInForce.GoodTilDate"/> order; absent otherwise.</param>
public sealed record OrderRequest(
    string ClientOrderId, MarketId Market, TradeSide Side, OrderType Type, decimal Quantity, decimal? LimitPrice,
    TimeInForce TimeInForce = TimeInForce.GoodTilCancelled, DateTimeOffset? GoodTill = null);

/// <summary>What a send came to.</summary>
public abstract record SendOutcome
{
    /// <summary>The venue has the order.</summary>
    public sealed record Acknowledged(VenueOrder Order) : SendOutcome;

    /// <summary>The venue answered that it will not have the order: definitive proof.</summary>
    public sealed record Rejected(string Code, string Reason) : SendOutcome;

    /// <summary>The sender itself says that nothing was written.</summary>
    public sealed record NotSent(string Reason) : SendOutcome;

    /// <summary>Anything else: time-outs, 5xx, dropped connections.</summary>
    public sealed record Ambiguous(string Reason) : SendOutcome;
}

/// <summary>What a venue said to a cancel; only <see cref="Accepted"/> means that the order is ending by it.</summary>
public enum CancelOutcome
{
    Accepted,
    NotFound,
    Refused,
    Ambiguous,
}

/// <summary>Where an order stands at its venue.</summary>
public enum VenueOrderStatus
{
    Open,
    Filled,
    Cancelled,
    Expired,
    Rejected,
}

/// <param name="VenueOrderId">The venue's own id.</param>
/// <param name="FilledQuantity">What the venue says; fills alone are booked.</param>
public sealed record VenueOrder(
    string VenueOrderId, string? ClientOrderId, MarketId Market, TradeSide Side, OrderType Type, decimal Quantity, decimal? LimitPrice,
    decimal FilledQuantity, VenueOrderStatus Status, string? Reason, DateTimeOffset At);

/// <param name="TradeId">Unique in (account, venue, market).</param>
/// <param name="Fee">Positive is paid, in <paramref name="FeeAsset"/>.</param>
public sealed record VenueFill(
    string TradeId, string VenueOrderId, string? ClientOrderId, MarketId Market, TradeSide Side, decimal Quantity, decimal Price,
    decimal Fee, string FeeAsset, DateTimeOffset At);
