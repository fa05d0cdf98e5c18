using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>Codes of a simulated venue's definitive refusals.</summary>
public static class RejectCodes
{
    public const string UnknownMarket = "unknown-market";
    public const string MarketClosed = "market-closed";
    public const string DuplicateClientId = "duplicate-client-id";
    public const string InvalidOrder = "invalid-order";
    public const string LotSize = "lot-size";
    public const string TickSize = "tick-size";
    public const string Quantity = "quantity";
    public const string MinNotional = "min-notional";
    public const string MaxNotional = "max-notional";
    public const string InsufficientBalance = "insufficient-balance";
    public const string RateLimited = "rate-limited";
}

/// <param name="Code">One of <see cref="RejectCodes"/>.</param>
public sealed record Rejection(string Code, string Reason);

/// <summary>The rules by which an order is let in, and what it then locks.</summary>
internal static class OrderAdmission
{
    /// <summary>Null when the order keeps the market's rules.</summary>
    public static Rejection? Check(OrderRequest order, SimulatedMarket market, decimal bid, decimal ask)
    {
        if (order.ClientOrderId.Length is 0 or > 36)
        {
            return new Rejection(RejectCodes.InvalidOrder, $"client order id has {order.ClientOrderId.Length} characters, expected 1 to 36");
        }

        if (order.Type == OrderType.Limit != order.LimitPrice is not null)
        {
            return new Rejection(RejectCodes.InvalidOrder, "a limit order needs a limit price, a market order must have none");
        }

        if (order.Quantity <= 0 || order.Quantity % market.LotSize != 0)
        {
            return new Rejection(RejectCodes.LotSize, $"quantity {order.Quantity} is not a positive multiple of {market.LotSize}");
        }

        if (order.LimitPrice is { } limit && (limit <= 0 || limit % market.TickSize != 0))
        {
            return new Rejection(RejectCodes.TickSize, $"price {limit} is not a positive multiple of {market.TickSize}");
        }

        if (order.Quantity < market.MinQuantity || order.Quantity > market.MaxQuantity)
        {
            return new Rejection(
                RejectCodes.Quantity, $"quantity {order.Quantity} is outside {market.MinQuantity} to {market.MaxQuantity?.ToString() ?? "any"}");
        }

        var notional = order.Quantity * (order.LimitPrice ?? (order.Side == TradeSide.Buy ? ask : bid));
        if (notional < market.MinNotional || notional < market.TicketFee)
        {
            return new Rejection(
                RejectCodes.MinNotional, $"notional {notional} is below {Math.Max(market.MinNotional, market.TicketFee)} {market.Market.Quote}");
        }

        return notional > market.MaxNotional
            ? new Rejection(RejectCodes.MaxNotional, $"notional {notional} is above {market.MaxNotional} {market.Market.Quote}")
            : null;
    }

    /// <summary>What the order locks; a rejection when the account has not got it.</summary>
    /// <param name="feeDecimals">Fees are locked rounded up and charged rounded down to these.</param>
    /// <param name="feeAssetPrice">Price of the market's fee asset in the quote; null when it has none.</param>
    public static (OrderTerms? Terms, Rejection? Rejection) Reserve(
        OrderRequest order, SimulatedMarket market, AccountBook book, decimal bid, decimal ask, int feeDecimals,
        decimal? feeAssetPrice)
    {
        var buy = order.Side == TradeSide.Buy;
        var quote = market.Market.Quote;

        // The highest price at which it can be executed: a sell may get more than its limit at once, a resting order gets exactly its limit.
        var highest = buy ? order.LimitPrice ?? WorstAsk(market, ask) : Math.Max(order.LimitPrice ?? bid, bid);
        var notional = order.Quantity * highest;
        var feeAsset = buy && market.FeeAsset == market.Market.Asset ? market.Market.Asset : quote;
        var (maker, taker, lockedFee) = (market.MakerFeeRate, market.TakerFeeRate, 0m);
        if (market.FeeAsset is { } third && third != quote && third != market.Market.Asset && feeAssetPrice is { } price)
        {
            var inThird = RoundUp(notional * market.TakerFeeRate / price);
            if (book[third].Free >= inThird)
            {
                (feeAsset, maker, taker, lockedFee) = (third, market.MakerFeeRate / price, market.TakerFeeRate / price, inThird);
            }
        }

        var lockedAsset = buy ? quote : market.Market.Asset;
        var locked = buy
            ? notional + (feeAsset == quote ? RoundUp(notional * market.TakerFeeRate) : 0) + market.TicketFee
            : order.Quantity;
        return book[lockedAsset].Free < locked
            ? (null, new Rejection(RejectCodes.InsufficientBalance, $"needs {locked} {lockedAsset}, free are {book[lockedAsset].Free}"))
            : (new OrderTerms(lockedAsset, locked, feeAsset, lockedFee, maker, taker, market.TicketFee), null);

        decimal RoundUp(decimal fee) => decimal.Round(fee, feeDecimals, MidpointRounding.ToPositiveInfinity);
    }

    /// <summary>A market order is executed at once in at most <see cref="Matching.MarketLevels"/> steps of one tick.</summary>
    private static decimal WorstAsk(SimulatedMarket market, decimal ask) => ask + ((Matching.MarketLevels - 1) * market.TickSize);
}
