using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Kraken;

/// <summary>Balances, orders, trades and ledgers.</summary>
internal sealed class KrakenTrading(Book book)
{
    private const int PageSize = 50;

    public JsonObject Balance(string account) => ByName(book.Balances(account), balance => (balance.Asset, KrakenText.Number(balance.Free + balance.Locked)));

    public JsonObject BalanceEx(string account) => ByName(book.Balances(account), balance => (balance.Asset, new JsonObject
    {
        ["balance"] = KrakenText.Number(balance.Free + balance.Locked), ["hold_trade"] = KrakenText.Number(balance.Locked),
    }));

    public JsonObject AddOrder(string account, EmulatorRequest request, DateTimeOffset now)
    {
        if (request.Field("deadline") is { } deadline && DateTimeOffset.Parse(deadline, CultureInfo.InvariantCulture) <= now)
        {
            throw new KrakenErrorException("EService:Deadline elapsed");
        }

        var limit = Required(request, "ordertype") == "limit" ? Number(request, "price") : (decimal?)null;
        var side = Required(request, "type") == "buy" ? BookSide.Buy : BookSide.Sell;
        var till = request.Field("timeinforce") == "GTD" ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(Required(request, "expiretm"), CultureInfo.InvariantCulture)) : (DateTimeOffset?)null;
        try
        {
            var order = book.Place(new BookRequest(
                account, Pair(Required(request, "pair")), side, Number(request, "volume"), limit, request.Field("cl_ord_id"), request.Field("timeinforce") == "IOC", till));
            return new JsonObject { ["descr"] = new JsonObject { ["order"] = Describe(order) }, ["txid"] = new JsonArray(KrakenText.OrderId(order.Id)) };
        }
        catch (BookRefusedException refused)
        {
            throw new KrakenErrorException(refused.Refusal switch
            {
                BookRefusal.UnknownSymbol => "EQuery:Unknown asset pair",
                BookRefusal.InsufficientBalance => "EOrder:Insufficient funds",
                BookRefusal.Tick => "EOrder:Invalid price",
                BookRefusal.MinQuantity or BookRefusal.MinNotional => "EOrder:Order minimum not met",
                BookRefusal.DuplicateClientId => "EGeneral:Invalid arguments:cl_ord_id",
                _ => "EGeneral:Invalid arguments:volume",
            });
        }
    }

    public JsonObject CancelOrder(string account, EmulatorRequest request)
    {
        var order = book.Orders(account).LastOrDefault(order =>
            request.Field("cl_ord_id") is { } id ? order.Request.ClientId == id && order.Status == BookStatus.Open : KrakenText.OrderId(order.Id) == Required(request, "txid"));
        return order is not null && book.Cancel(order.Id) ? new JsonObject { ["count"] = 1 } : throw new KrakenErrorException("EOrder:Unknown order");
    }

    public JsonObject OpenOrders(string account, EmulatorRequest request) => new()
    {
        ["open"] = ByName(book.Orders(account).Where(order => order.Status == BookStatus.Open && IsAsked(request, order)), order => (KrakenText.OrderId(order.Id), Order(order))),
    };

    public JsonObject ClosedOrders(string account, EmulatorRequest request)
    {
        var closed = book.Orders(account).Where(order => order.Status != BookStatus.Open && IsAsked(request, order) && IsWithin(request, order.ChangedAt)).Reverse().ToList();
        return new JsonObject { ["closed"] = ByName(Page(request, closed), order => (KrakenText.OrderId(order.Id), Order(order))), ["count"] = closed.Count };
    }

    public JsonObject QueryOrders(string account, EmulatorRequest request)
    {
        var ids = Required(request, "txid").Split(',');
        return ByName(book.Orders(account).Where(order => ids.Contains(KrakenText.OrderId(order.Id))), order => (KrakenText.OrderId(order.Id), Order(order)));
    }

    public JsonObject TradesHistory(string account, EmulatorRequest request)
    {
        var trades = book.Fills(account).Where(fill => IsWithin(request, fill.At)).Reverse().ToList();
        return new JsonObject
        {
            ["trades"] = ByName(Page(request, trades), fill => (KrakenText.TradeId(fill.Id), new JsonObject
            {
                ["ordertxid"] = KrakenText.OrderId(fill.OrderId), ["postxid"] = "TKH2SE-M7IF5-CFI7LT", ["pair"] = fill.Symbol, ["time"] = KrakenText.Seconds(fill.At),
                ["type"] = Side(fill.Side), ["ordertype"] = "limit", ["price"] = KrakenText.Number(fill.Price), ["cost"] = KrakenText.Number(fill.Price * fill.Quantity),
                ["fee"] = KrakenText.Number(fill.Fee), ["vol"] = KrakenText.Number(fill.Quantity), ["margin"] = "0.00000", ["leverage"] = "0", ["misc"] = "",
                ["trade_id"] = fill.Id, ["maker"] = false,
            })),
            ["count"] = trades.Count,
        };
    }

    /// <summary>Deposits and withdrawals; trades are left out, since no one reads them here.</summary>
    public JsonObject Ledgers(string account, EmulatorRequest request)
    {
        var entries = book.Transfers(account).Where(transfer => IsWithin(request, transfer.At)).Reverse().ToList();
        return new JsonObject
        {
            ["ledger"] = ByName(Page(request, entries), entry => (KrakenText.LedgerId(entry.Id), new JsonObject
            {
                ["refid"] = "QGBCOYA-UNP53O-AAZK4N", ["time"] = KrakenText.Seconds(entry.At), ["type"] = entry.Kind, ["subtype"] = "", ["aclass"] = "currency", ["asset"] = entry.Asset,
                ["amount"] = KrakenText.Number(entry.Amount), ["fee"] = "0.00000000", ["balance"] = "0.00000000",
            })),
            ["count"] = entries.Count,
        };
    }

    private static JsonObject ByName<T>(IEnumerable<T> items, Func<T, (string Name, JsonNode Value)> describe) =>
        new(items.Select(describe).Select(item => KeyValuePair.Create(item.Name, (JsonNode?)item.Value)));

    private static IEnumerable<T> Page<T>(EmulatorRequest request, IReadOnlyList<T> all) =>
        all.Skip(int.Parse(request.Field("ofs") ?? "0", CultureInfo.InvariantCulture)).Take(PageSize);

    /// <summary>Start is exclusive, end inclusive.</summary>
    private static bool IsWithin(EmulatorRequest request, DateTimeOffset at) =>
        (request.Field("start") is not { } start || KrakenText.Seconds(at) > decimal.Parse(start, CultureInfo.InvariantCulture))
        && (request.Field("end") is not { } end || KrakenText.Seconds(at) <= decimal.Parse(end, CultureInfo.InvariantCulture));

    private static bool IsAsked(EmulatorRequest request, BookOrder order) => request.Field("cl_ord_id") is not { } id || order.Request.ClientId == id;

    private static string Required(EmulatorRequest request, string field) => request.Field(field) ?? throw new KrakenErrorException($"EGeneral:Invalid arguments:{field}");

    private static decimal Number(EmulatorRequest request, string field) =>
        decimal.TryParse(Required(request, field), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new KrakenErrorException($"EGeneral:Invalid arguments:{field}");

    private static string Side(BookSide side) => side == BookSide.Buy ? "buy" : "sell";

    private static string Describe(BookOrder order) =>
        $"{Side(order.Request.Side)} {KrakenText.Number(order.Request.Quantity)} {order.Request.Symbol} @ {(order.Request.Limit is { } limit ? $"limit {KrakenText.Number(limit)}" : "market")}";

    private static JsonObject Order(BookOrder order) => new()
    {
        ["refid"] = null, ["userref"] = null, ["cl_ord_id"] = order.Request.ClientId, ["status"] = Status(order), ["opentm"] = KrakenText.Seconds(order.PlacedAt),
        ["starttm"] = 0, ["expiretm"] = order.Request.GoodTill is { } till ? till.ToUnixTimeSeconds() : 0,
        ["descr"] = new JsonObject
        {
            ["pair"] = order.Request.Symbol, ["type"] = Side(order.Request.Side), ["ordertype"] = order.Request.Limit is null ? "market" : "limit",
            ["price"] = KrakenText.Number(order.Request.Limit ?? 0), ["price2"] = "0", ["leverage"] = "none", ["order"] = Describe(order), ["close"] = "",
        },
        ["vol"] = KrakenText.Number(order.Request.Quantity), ["vol_exec"] = KrakenText.Number(order.Filled), ["cost"] = KrakenText.Number(order.FilledNotional), ["fee"] = "0.00000",
        ["price"] = KrakenText.Number(order.AveragePrice), ["stopprice"] = "0.00000", ["limitprice"] = "0.00000", ["misc"] = "", ["oflags"] = "fciq",
        ["closetm"] = order.Status == BookStatus.Open ? null : KrakenText.Seconds(order.ChangedAt), ["reason"] = null,
    };

    private static string Status(BookOrder order) => order.Status switch
    {
        BookStatus.Open => "open",
        BookStatus.Filled => "closed",
        BookStatus.Expired => "expired",
        _ => "canceled",
    };

    /// <summary>A pair may be asked for by either of its names.</summary>
    private string Pair(string name) => book.Markets.FirstOrDefault(market => market.Symbol == name || KrakenText.AlternativeName(market) == name)?.Symbol ?? name;
}
