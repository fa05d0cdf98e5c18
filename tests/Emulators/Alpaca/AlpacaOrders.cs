using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using static Rebalancer.Emulators.Alpaca.AlpacaEmulator;

namespace Rebalancer.Emulators.Alpaca;

/// <summary>Orders as https://docs.alpaca.markets/reference/postorder describes them.</summary>
internal sealed class AlpacaOrders(Book book)
{
    /// <summary>Ids are UUIDs, made of the book's numbers.</summary>
    public static string IdOf(long number) => $"00000000-0000-4000-8000-{number:x12}";

    public static string IdOf(string symbol) => IdOf(symbol.Aggregate(0L, (hash, letter) => (hash * 31) + letter) & 0xffffffffffff);

    public EmulatorReply Place(string account, string body, SortedSet<string> wholeOnly)
    {
        var order = JsonNode.Parse(body)!.AsObject();
        var symbol = (string?)order["symbol"] ?? "";
        var clientId = (string?)order["client_order_id"];
        var quantity = Number(order["qty"]);
        var limit = order["limit_price"] is { } price ? Number(price) : (decimal?)null;
        var type = (string?)order["type"];
        if (type is not ("market" or "limit") || type == "limit" != limit is not null)
        {
            return Refuse(422, 42210000, "limit orders require a limit price");
        }

        if (book.Market(symbol) is null)
        {
            return Refuse(422, 42210000, $"asset \"{symbol}\" not found");
        }

        // Refused for good, not only while the first is open.
        if (book.Orders(account).Any(known => known.Request.ClientId == clientId))
        {
            return Refuse(422, 40010001, "client_order_id must be unique");
        }

        if (quantity != decimal.Truncate(quantity))
        {
            if (wholeOnly.Contains(symbol))
            {
                return Refuse(403, 40310000, $"asset \"{symbol}\" is not fractionable");
            }

            if ((string?)order["time_in_force"] != "day")
            {
                return Refuse(422, 42210000, "fractional orders must be DAY orders");
            }
        }

        return Enter(account, symbol, order, quantity, limit, clientId);
    }

    public EmulatorReply List(string account, EmulatorRequest request)
    {
        var isOpen = (request.Field("status") ?? "open") == "open";
        var after = request.Field("after") is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        var limit = int.Parse(request.Field("limit") ?? "50", CultureInfo.InvariantCulture);
        var found = book.Orders(account).Where(order => order.Status == BookStatus.Open == isOpen && order.PlacedAt > after);
        found = request.Field("direction") == "asc" ? found.OrderBy(order => order.PlacedAt) : found.OrderByDescending(order => order.PlacedAt);
        return Ok(new JsonArray([.. found.Take(Math.Min(limit, 500)).Select(order => Write(order))]));
    }

    public EmulatorReply ByClientId(string account, string clientId) => Answer(book.Orders(account).LastOrDefault(order => order.Request.ClientId == clientId), clientId);

    public EmulatorReply ById(string account, string id) => Answer(Find(account, id), id);

    public EmulatorReply Cancel(string account, string id) => Find(account, id) is not { } order
        ? Refuse(404, 40410000, $"order not found for {id}")
        : book.Cancel(order.Id)
            ? new EmulatorReply(204, "")
            : Refuse(422, 42210000, "order is not cancelable");

    private static decimal Number(JsonNode? node) => decimal.Parse(node?.ToString() ?? "0", NumberStyles.Float, CultureInfo.InvariantCulture);

    private static EmulatorReply Answer(BookOrder? order, string id) => order is null ? Refuse(404, 40410000, $"order not found for {id}") : Ok(Write(order));

    public static JsonObject Write(BookOrder order, string? status = null) => new()
    {
        ["id"] = IdOf(order.Id),
        ["client_order_id"] = order.Request.ClientId,
        ["created_at"] = Time(order.PlacedAt),
        ["updated_at"] = Time(order.ChangedAt),
        ["submitted_at"] = Time(order.PlacedAt),
        ["asset_id"] = IdOf(order.Request.Symbol),
        ["symbol"] = order.Request.Symbol,
        ["asset_class"] = "us_equity",
        ["notional"] = null,
        ["qty"] = Text(order.Request.Quantity),
        ["filled_qty"] = Text(status is null ? order.Filled : 0),
        ["filled_avg_price"] = status is null && order.Filled > 0 ? Text(order.AveragePrice) : null,
        ["order_class"] = "",
        ["type"] = order.Request.Limit is null ? "market" : "limit",
        ["side"] = order.Request.Side == BookSide.Buy ? "buy" : "sell",
        ["time_in_force"] = "day",
        ["limit_price"] = order.Request.Limit is { } limit ? Text(limit) : null,
        ["status"] = status ?? StatusOf(order),
        ["extended_hours"] = false,
        ["legs"] = null,
    };

    private static string StatusOf(BookOrder order) => order.Status switch
    {
        BookStatus.Open => order.Filled > 0 ? "partially_filled" : "new",
        BookStatus.Filled => "filled",
        BookStatus.Expired => "expired",
        _ => "canceled",
    };

    private BookOrder? Find(string account, string id) => book.Orders(account).FirstOrDefault(order => IdOf(order.Id) == id);

    private EmulatorReply Enter(string account, string symbol, JsonObject order, decimal quantity, decimal? limit, string? clientId)
    {
        var side = (string?)order["side"] == "buy" ? BookSide.Buy : BookSide.Sell;
        try
        {
            // What became of it is told by the order, not by the answer to placing it.
            return Ok(Write(
                book.Place(new BookRequest(account, symbol, side, quantity, limit, clientId, (string?)order["time_in_force"] == "ioc")), "pending_new"));
        }
        catch (BookRefusedException refused)
        {
            return refused.Refusal switch
            {
                BookRefusal.InsufficientBalance when side == BookSide.Buy => Refuse(403, 40310000, "insufficient buying power"),
                BookRefusal.InsufficientBalance => Refuse(403, 40310000, $"insufficient qty available for order (requested: {Text(quantity)})"),
                BookRefusal.Tick => Refuse(422, 42210000, "invalid limit_price. sub-penny increment does not fulfill minimum pricing criteria"),
                BookRefusal.MinNotional => Refuse(403, 40310000, "cost basis must be >= minimal amount of order 1"),
                _ => Refuse(422, 42210000, "qty must be > 0 and limited to 9 decimal places"),
            };
        }
    }
}
