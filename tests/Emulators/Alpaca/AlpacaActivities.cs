using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using static Rebalancer.Emulators.Alpaca.AlpacaEmulator;

namespace Rebalancer.Emulators.Alpaca;

/// <summary>Account activities, in pages told by the id of the last one: https://docs.alpaca.markets/docs/account-activities.</summary>
internal sealed class AlpacaActivities(Book book, AlpacaOrders orders)
{
    private static readonly SortedDictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["deposit"] = "CSD", ["withdrawal"] = "CSW", ["dividend"] = "DIV", ["interest"] = "INT", ["fee"] = "FEE", ["split"] = "SPLIT",
    };

    public EmulatorReply List(string account, EmulatorRequest request)
    {
        var isFills = request.Field("activity_types") == "FILL";
        if (!isFills && request.Field("category") != "non_trade_activity")
        {
            return Refuse(422, 42210000, "give activity_types or category");
        }

        var size = int.Parse(request.Field("page_size") ?? "100", CultureInfo.InvariantCulture);
        if (size > 100)
        {
            return Refuse(422, 42210000, "page_size must be at most 100");
        }

        var after = request.Field("after") is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        var all = (isFills ? Fills(account) : Transfers(account)).Where(entry => entry.At > after).OrderBy(entry => entry.Id, StringComparer.Ordinal);
        var token = request.Field("page_token");
        return Ok(new JsonArray([.. all.Where(entry => token is null || string.CompareOrdinal(entry.Id, token) > 0).Take(size).Select(entry => entry.Activity)]));
    }

    private static string IdOf(DateTimeOffset at, long number) => $"{at.UtcDateTime:yyyyMMddHHmmssfff}::{AlpacaOrders.IdOf(number)}";

    private IEnumerable<(string Id, DateTimeOffset At, JsonNode Activity)> Fills(string account) => book.Fills(account).Select(fill =>
    {
        var id = IdOf(fill.At, fill.Id);
        var activity = new JsonObject
        {
            ["id"] = id,
            ["activity_type"] = "FILL",
            ["transaction_time"] = Time(fill.At),
            ["type"] = "fill",
            ["price"] = Text(fill.Price),
            ["qty"] = Text(fill.Quantity),
            ["side"] = fill.Side == BookSide.Buy ? "buy" : "sell",
            ["symbol"] = fill.Symbol,
            ["order_id"] = AlpacaOrders.IdOf(fill.OrderId),
            ["order_status"] = orders.ById(account, AlpacaOrders.IdOf(fill.OrderId)).Status == 200 ? "filled" : "new",
        };
        return (id, fill.At, (JsonNode)activity);
    });

    private IEnumerable<(string Id, DateTimeOffset At, JsonNode Activity)> Transfers(string account) => book.Transfers(account).Select(transfer =>
    {
        var id = IdOf(transfer.At, transfer.Id);
        var isMoney = transfer.Asset == "USD";
        var activity = new JsonObject
        {
            ["id"] = id,
            ["activity_type"] = Types.GetValueOrDefault(transfer.Kind, "JNLC"),
            ["date"] = transfer.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["net_amount"] = isMoney ? Text(transfer.Amount) : "0",
            ["description"] = transfer.Kind,
            ["status"] = "executed",
        };
        if (!isMoney)
        {
            activity["symbol"] = transfer.Asset;
            activity["qty"] = Text(transfer.Amount);
        }

        return (id, transfer.At, (JsonNode)activity);
    });
}
