using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Binance;

/// <summary>Account, orders and trades.</summary>
internal sealed class BinanceTrading(Book book)
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromHours(24);

    public static string Text(decimal value) => value.ToString("0.00000000", CultureInfo.InvariantCulture);

    public JsonObject Account(string account, DateTimeOffset now) => new()
    {
        ["makerCommission"] = 10, ["takerCommission"] = 10, ["buyerCommission"] = 0, ["sellerCommission"] = 0, ["canTrade"] = true, ["canWithdraw"] = true,
        ["canDeposit"] = true, ["accountType"] = "SPOT", ["updateTime"] = now.AddDays(-1).ToUnixTimeMilliseconds(), ["permissions"] = new JsonArray("SPOT"),
        ["balances"] = new JsonArray([.. book.Balances(account).Select(balance => new JsonObject
        {
            ["asset"] = balance.Asset, ["free"] = Text(balance.Free), ["locked"] = Text(balance.Locked),
        })]),
    };

    public JsonObject Place(string account, EmulatorRequest request)
    {
        var type = BinanceEmulator.Required(request, "type");
        var side = BinanceEmulator.Required(request, "side") == "BUY" ? BookSide.Buy : BookSide.Sell;
        var limit = type == "LIMIT" ? Number(request, "price") : (decimal?)null;
        var inForce = type == "LIMIT" ? BinanceEmulator.Required(request, "timeInForce") : "GTC";
        var clientId = request.Field("newClientOrderId") ?? $"emulated{book.Orders().Count}";
        if (!IsClientId(clientId))
        {
            throw new BinanceErrorException(400, -1100, "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.");
        }

        try
        {
            var order = book.Place(new BookRequest(
                account, BinanceEmulator.Required(request, "symbol"), side, Number(request, "quantity"), limit, clientId, inForce is "IOC" or "FOK"));
            var reply = Order(order);
            reply["transactTime"] = order.PlacedAt.ToUnixTimeMilliseconds();
            reply["fills"] = new JsonArray([.. book.Fills(account).Where(fill => fill.OrderId == order.Id).Select(fill => new JsonObject
            {
                ["price"] = Text(fill.Price), ["qty"] = Text(fill.Quantity), ["commission"] = Text(fill.Fee), ["commissionAsset"] = fill.FeeAsset, ["tradeId"] = fill.Id,
            })]);
            return reply;
        }
        catch (BookRefusedException refused)
        {
            throw Refusal(refused.Refusal);
        }
    }

    public JsonObject Query(string account, EmulatorRequest request) =>
        Order(Find(account, request) ?? throw new BinanceErrorException(400, -2013, "Order does not exist."));

    public JsonObject Cancel(string account, EmulatorRequest request)
    {
        if (Find(account, request) is not { } order || !book.Cancel(order.Id))
        {
            throw new BinanceErrorException(400, -2011, "Unknown order sent.");
        }

        var reply = Order(book.Orders(account).Single(cancelled => cancelled.Id == order.Id));
        reply["origClientOrderId"] = order.Request.ClientId;
        reply["clientOrderId"] = $"cancel{order.Id}";
        reply["transactTime"] = order.ChangedAt.ToUnixTimeMilliseconds();
        return reply;
    }

    public JsonArray OpenOrders(string account, EmulatorRequest request) => Orders(
        book.Orders(account).Where(order => order.Status == BookStatus.Open && (request.Field("symbol") is not { } symbol || symbol == order.Request.Symbol)));

    public JsonArray AllOrders(string account, EmulatorRequest request)
    {
        var (from, to, limit) = Window(request, 500);
        return Orders(Of(account, request).Where(order => order.PlacedAt >= from && order.PlacedAt <= to).Take(limit));
    }

    public JsonArray MyTrades(string account, EmulatorRequest request)
    {
        var symbol = Symbol(request);
        var (from, to, limit) = Window(request, 500);
        var first = long.Parse(request.Field("fromId") ?? "0", CultureInfo.InvariantCulture);
        var trades = book.Fills(account).Where(fill => fill.Symbol == symbol && fill.Id >= first && fill.At >= from && fill.At <= to).Take(limit);
        return new JsonArray([.. trades.Select(fill => new JsonObject
        {
            ["symbol"] = fill.Symbol, ["id"] = fill.Id, ["orderId"] = fill.OrderId, ["orderListId"] = -1, ["price"] = Text(fill.Price), ["qty"] = Text(fill.Quantity),
            ["quoteQty"] = Text(fill.Price * fill.Quantity), ["commission"] = Text(fill.Fee), ["commissionAsset"] = fill.FeeAsset, ["time"] = fill.At.ToUnixTimeMilliseconds(),
            ["isBuyer"] = fill.Side == BookSide.Buy, ["isMaker"] = false, ["isBestMatch"] = true,
        })]);
    }

    internal static (DateTimeOffset From, DateTimeOffset To, int Limit) Window(EmulatorRequest request, int limit, TimeSpan? longest = null)
    {
        var from = Moment(request, "startTime") ?? DateTimeOffset.UnixEpoch;
        var to = Moment(request, "endTime") ?? DateTimeOffset.MaxValue;
        if (request.Field("startTime") is not null && request.Field("endTime") is not null && to - from > (longest ?? LongestWindow))
        {
            throw new BinanceErrorException(400, -1127, "More than 24 hours between startTime and endTime.");
        }

        return (from, to, Math.Min(1000, int.Parse(request.Field("limit") ?? limit.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)));
    }

    private static DateTimeOffset? Moment(EmulatorRequest request, string field) =>
        request.Field(field) is { } text ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text, CultureInfo.InvariantCulture)) : null;

    private static decimal Number(EmulatorRequest request, string field) =>
        decimal.TryParse(BinanceEmulator.Required(request, field), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BinanceErrorException(400, -1100, $"Illegal characters found in parameter '{field}'.");

    private static BinanceErrorException Refusal(BookRefusal refusal) => refusal switch
    {
        BookRefusal.UnknownSymbol => new BinanceErrorException(400, -1121, "Invalid symbol."),
        BookRefusal.Lot or BookRefusal.MinQuantity => new BinanceErrorException(400, -1013, "Filter failure: LOT_SIZE"),
        BookRefusal.Tick => new BinanceErrorException(400, -1013, "Filter failure: PRICE_FILTER"),
        BookRefusal.MinNotional => new BinanceErrorException(400, -1013, "Filter failure: NOTIONAL"),
        BookRefusal.DuplicateClientId => new BinanceErrorException(400, -2010, "Duplicate order sent."),
        _ => new BinanceErrorException(400, -2010, "Account has insufficient balance for requested action."),
    };

    /// <summary>A remainder that an immediate order leaves is expired, in Binance's word.</summary>
    private static string Status(BookOrder order) => order.Status switch
    {
        BookStatus.Open => order.Filled > 0 ? "PARTIALLY_FILLED" : "NEW",
        BookStatus.Filled => "FILLED",
        BookStatus.Cancelled when !order.Request.ImmediateOrCancel && order.Request.Limit is not null => "CANCELED",
        _ => "EXPIRED",
    };

    private static JsonArray Orders(IEnumerable<BookOrder> orders) => new([.. orders.Select(Order)]);

    private static JsonObject Order(BookOrder order) => new()
    {
        ["symbol"] = order.Request.Symbol, ["orderId"] = order.Id, ["orderListId"] = -1, ["clientOrderId"] = order.Request.ClientId,
        ["price"] = Text(order.Request.Limit ?? 0), ["origQty"] = Text(order.Request.Quantity), ["executedQty"] = Text(order.Filled),
        ["origQuoteOrderQty"] = Text(0), ["cummulativeQuoteQty"] = Text(order.FilledNotional), ["status"] = Status(order),
        ["timeInForce"] = order.Request.ImmediateOrCancel ? "IOC" : "GTC", ["type"] = order.Request.Limit is null ? "MARKET" : "LIMIT",
        ["side"] = order.Request.Side == BookSide.Buy ? "BUY" : "SELL", ["stopPrice"] = Text(0), ["icebergQty"] = Text(0),
        ["time"] = order.PlacedAt.ToUnixTimeMilliseconds(), ["updateTime"] = order.ChangedAt.ToUnixTimeMilliseconds(), ["isWorking"] = true,
        ["workingTime"] = order.PlacedAt.ToUnixTimeMilliseconds(), ["selfTradePreventionMode"] = "NONE",
    };

    private string Symbol(EmulatorRequest request)
    {
        var symbol = BinanceEmulator.Required(request, "symbol");
        return book.Market(symbol) is null ? throw new BinanceErrorException(400, -1121, "Invalid symbol.") : symbol;
    }

    private IEnumerable<BookOrder> Of(string account, EmulatorRequest request)
    {
        var symbol = Symbol(request);
        return book.Orders(account).Where(order => order.Request.Symbol == symbol);
    }

    /// <summary>Of several orders that bore the same client id one after another, the last.</summary>
    private BookOrder? Find(string account, EmulatorRequest request) => Of(account, request).LastOrDefault(order =>
        request.Field("orderId") is { } id ? order.Id.ToString(CultureInfo.InvariantCulture) == id : order.Request.ClientId == BinanceEmulator.Required(request, "origClientOrderId"));

    private static bool IsClientId(string text) => text.Length is > 0 and <= 36 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
