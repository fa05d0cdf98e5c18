using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Binance;

/// <param name="CanWithdraw">Whether the key itself may.</param>
public sealed record BinanceKey(string Account, string ApiKey, string Secret, bool CanWithdraw = false, bool CanTrade = true);

/// <summary>
/// Binance's spot interface on loopback, written from its documentation: https://developers.binance.com/docs/binance-spot-api-docs/rest-api
/// (endpoints, filters, errors) and https://developers.binance.com/docs/wallet (deposits, withdrawals, permissions).
/// </summary>
public sealed class BinanceEmulator : IAsyncDisposable
{
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(1);

    private readonly List<BinanceKey> _keys = [];
    private readonly BinanceTrading _trading;
    private readonly BinanceMarketData _data;
    private readonly TimeProvider _clock;
    private EmulatorServer _server = null!;

    private BinanceEmulator(Book book, TimeProvider clock)
    {
        (Book, _clock) = (book, clock);
        _trading = new BinanceTrading(book);
        _data = new BinanceMarketData(book);
    }

    public Book Book { get; }

    public EmulatorFaults Faults => _server.Faults;

    public Uri Address => _server.Address;

    public IReadOnlyList<string> Requests => _server.Requests;

    private DateTimeOffset Now => _clock.GetUtcNow() + _server.Faults.ClockSkew;

    public static async Task<BinanceEmulator> StartAsync(TimeProvider clock, int port = 0)
    {
        var emulator = new BinanceEmulator(new Book(clock) { FeeAsset = (market, side) => side == BookSide.Buy ? market.Asset : market.Quote }, clock);
        emulator._server = await EmulatorServer.StartAsync(emulator.Answer, new EmulatorFaults(), port);
        return emulator;
    }

    /// <summary>Takes the place of what the key could do before.</summary>
    public void AddKey(BinanceKey key)
    {
        _keys.RemoveAll(known => known.ApiKey == key.ApiKey);
        _keys.Add(key);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private EmulatorReply Answer(EmulatorRequest request)
    {
        try
        {
            var node = Route(request);
            return new EmulatorReply(200, node.ToJsonString());
        }
        catch (BinanceErrorException error)
        {
            return new EmulatorReply(error.Status, new JsonObject { ["code"] = error.Code, ["msg"] = error.Message }.ToJsonString());
        }
    }

    private JsonNode Route(EmulatorRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/api/v3/ping") => new JsonObject(),
        ("GET", "/api/v3/time") => new JsonObject { ["serverTime"] = Now.ToUnixTimeMilliseconds() },
        ("GET", "/api/v3/exchangeInfo") => _data.ExchangeInfo(Now),
        ("GET", "/api/v3/ticker/bookTicker") => _data.BookTickers(request),
        ("GET", "/api/v3/ticker/24hr") => _data.DayTickers(request, Now),
        ("GET", "/api/v3/klines") => _data.Klines(request, Now),
        ("GET", "/api/v3/account") => _trading.Account(Signed(request).Account, Now),
        ("POST", "/api/v3/order") => _trading.Place(Signed(request).Account, request),
        ("GET", "/api/v3/order") => _trading.Query(Signed(request).Account, request),
        ("DELETE", "/api/v3/order") => _trading.Cancel(Signed(request).Account, request),
        ("GET", "/api/v3/openOrders") => _trading.OpenOrders(Signed(request).Account, request),
        ("GET", "/api/v3/allOrders") => _trading.AllOrders(Signed(request).Account, request),
        ("GET", "/api/v3/myTrades") => _trading.MyTrades(Signed(request).Account, request),
        ("GET", "/sapi/v1/account/apiRestrictions") => Restrictions(Signed(request)),
        ("GET", "/sapi/v1/capital/deposit/hisrec") => BinanceWallet.Deposits(Book, Signed(request).Account, request),
        ("GET", "/sapi/v1/capital/withdraw/history") => BinanceWallet.Withdrawals(Book, Signed(request).Account, request),
        _ => throw new BinanceErrorException(404, -1, $"no such path {request.Path}"),
    };

    private static JsonObject Restrictions(BinanceKey key) => new()
    {
        ["ipRestrict"] = false, ["createTime"] = 1_600_000_000_000, ["enableReading"] = true, ["enableWithdrawals"] = key.CanWithdraw,
        ["enableInternalTransfer"] = false, ["permitsUniversalTransfer"] = false, ["enableSpotAndMarginTrading"] = key.CanTrade, ["enableMargin"] = false,
    };

    /// <summary>The key whose secret signed the request: HMAC SHA-256 over query and body, timestamp within the receive window.</summary>
    private BinanceKey Signed(EmulatorRequest request)
    {
        var apiKey = request.Headers["X-MBX-APIKEY"].ToString();
        if (apiKey.Length == 0)
        {
            throw new BinanceErrorException(401, -2014, "API-key format invalid.");
        }

        var key = _keys.Find(known => known.ApiKey == apiKey) ?? throw new BinanceErrorException(401, -2015, "Invalid API-key, IP, or permissions for action.");
        var payload = request.Query.TrimStart('?') + request.Body;
        var at = payload.LastIndexOf("&signature=", StringComparison.Ordinal);
        var expected = at < 0 ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Secret), Encoding.UTF8.GetBytes(payload[..at])));
        if (at < 0 || request.Field("signature") != expected)
        {
            throw new BinanceErrorException(400, -1022, "Signature for this request is not valid.");
        }

        var timestamp = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Required(request, "timestamp"), CultureInfo.InvariantCulture));
        var window = TimeSpan.FromMilliseconds(int.Parse(request.Field("recvWindow") ?? "5000", CultureInfo.InvariantCulture));
        if (timestamp >= Now + Ahead || Now - timestamp > window)
        {
            throw new BinanceErrorException(400, -1021, "Timestamp for this request is outside of the recvWindow.");
        }

        return key;
    }

    internal static string Required(EmulatorRequest request, string field) =>
        request.Field(field) ?? throw new BinanceErrorException(400, -1102, $"Mandatory parameter '{field}' was not sent, was empty/null, or malformed.");
}

/// <summary>An error in Binance's words.</summary>
internal sealed class BinanceErrorException(int status, int code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public int Code { get; } = code;
}
