using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Alpaca;

/// <summary>
/// Alpaca's Trading API v2 and Market Data API on one loopback address, written from https://docs.alpaca.markets/reference. An account is told by
/// its key; its secret is the key with <c>-secret</c> behind it.
/// </summary>
public sealed class AlpacaEmulator : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly AlpacaOrders _orders;
    private readonly AlpacaActivities _activities;
    private readonly AlpacaMarketData _data;
    private readonly AlpacaUpdates _updates;
    private EmulatorServer? _server;

    private AlpacaEmulator(TimeProvider clock)
    {
        _clock = clock;
        Book = new Book(clock);
        _orders = new AlpacaOrders(Book);
        _activities = new AlpacaActivities(Book, _orders);
        _data = new AlpacaMarketData(Book, clock);
        _updates = new AlpacaUpdates(Book);
    }

    public Book Book { get; }

    public EmulatorFaults Faults { get; } = new();

    public Uri Address => _server!.Address;

    /// <summary>What arrived, as <c>METHOD path</c>.</summary>
    public IReadOnlyList<string> Requests => _server!.Requests;

    /// <summary>Connections that listen to trade updates.</summary>
    public int Listeners => _updates.Listeners;

    /// <summary>Breaks off the connections that listen.</summary>
    public void DisconnectListeners() => _updates.Disconnect();

    /// <summary>Whether New York trades now.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Symbols of which no fraction is traded.</summary>
    public SortedSet<string> WholeOnly { get; } = new(StringComparer.Ordinal);

    public static string SecretOf(string key) => key + "-secret";

    public static async Task<AlpacaEmulator> StartAsync(TimeProvider clock, int port = 0)
    {
        var emulator = new AlpacaEmulator(clock);
        emulator._server = await EmulatorServer.StartAsync(emulator.Answer, emulator.Faults, port, emulator._updates.ServeAsync);
        return emulator;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _updates.Dispose();
    }

    internal static string Text(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff00Z", CultureInfo.InvariantCulture);

    internal static EmulatorReply Ok(JsonNode body) => new(200, body.ToJsonString());

    internal static EmulatorReply Refuse(int status, int code, string message) =>
        new(status, new JsonObject { ["code"] = code, ["message"] = message }.ToJsonString());

    private EmulatorReply Answer(EmulatorRequest request)
    {
        var account = request.Headers["APCA-API-KEY-ID"].ToString();
        if (account.Length == 0 || request.Headers["APCA-API-SECRET-KEY"] != SecretOf(account))
        {
            return Refuse(401, 40110000, "request is not authorized");
        }

        try
        {
            return Route(account, request);
        }
        catch (JsonException)
        {
            return Refuse(400, 40010000, "request body format is invalid");
        }
    }

    private EmulatorReply Route(string account, EmulatorRequest request) => (request.Method, request.Path.Split('/')[1..]) switch
    {
        ("GET", ["v2", "account"]) => Ok(Account(account)),
        ("GET", ["v2", "account", "activities"]) => _activities.List(account, request),
        ("GET", ["v2", "positions"]) => Ok(new JsonArray([.. Positions(account)])),
        ("GET", ["v2", "clock"]) => Ok(Clock()),
        ("GET", ["v2", "assets"]) => Ok(new JsonArray([.. Book.Markets.Select(Asset)])),
        ("GET", ["v2", "assets", .. var symbol]) => Book.Market(Uri.UnescapeDataString(string.Join('/', symbol))) is { } market
            ? Ok(Asset(market))
            : Refuse(404, 40410000, $"asset not found for {string.Join('/', symbol)}"),
        ("POST", ["v2", "orders"]) => _orders.Place(account, request.Body, WholeOnly),
        ("GET", ["v2", "orders"]) => _orders.List(account, request),
        ("GET", ["v2", "orders:by_client_order_id"]) => _orders.ByClientId(account, request.Field("client_order_id") ?? ""),
        ("GET", ["v2", "orders", var id]) => _orders.ById(account, id),
        ("DELETE", ["v2", "orders", var id]) => _orders.Cancel(account, id),
        ("GET", ["v2", "stocks", "quotes", "latest"]) => _data.Quotes(request),
        ("GET", ["v2", "stocks", "bars"]) => _data.Bars(request),
        _ => Refuse(404, 40410000, "endpoint not found."),
    };

    private JsonObject Account(string account)
    {
        var cash = Book.Balances(account).FirstOrDefault(balance => balance.Asset == "USD") ?? new BookBalance("USD", 0, 0);
        return new JsonObject
        {
            ["id"] = "e6fe16f3-64a4-4921-8928-cadf02f92f98",
            ["account_number"] = account,
            ["status"] = "ACTIVE",
            ["currency"] = "USD",
            ["cash"] = Text(cash.Free + cash.Locked),
            ["buying_power"] = Text(cash.Free * 2),
            ["non_marginable_buying_power"] = Text(cash.Free),
            ["multiplier"] = "2",
            ["trading_blocked"] = false,
            ["transfers_blocked"] = false,
            ["account_blocked"] = false,
            ["trade_suspended_by_user"] = false,
            ["shorting_enabled"] = true,
        };
    }

    private IEnumerable<JsonNode> Positions(string account) => Book.Balances(account)
        .Where(balance => balance.Asset != "USD" && balance.Free + balance.Locked != 0)
        .Select(balance => new JsonObject
        {
            ["asset_id"] = AlpacaOrders.IdOf(balance.Asset),
            ["symbol"] = balance.Asset,
            ["exchange"] = "ARCA",
            ["asset_class"] = "us_equity",
            ["qty"] = Text(balance.Free + balance.Locked),
            ["qty_available"] = Text(balance.Free),
            ["side"] = "long",
            ["current_price"] = Text(Book.QuoteOf(balance.Asset)?.Bid ?? 0),
        });

    private JsonObject Asset(BookMarket market) => new()
    {
        ["id"] = AlpacaOrders.IdOf(market.Symbol),
        ["class"] = "us_equity",
        ["exchange"] = "ARCA",
        ["symbol"] = market.Symbol,
        ["name"] = market.Symbol,
        ["status"] = "active",
        ["tradable"] = true,
        ["marginable"] = true,
        ["shortable"] = true,
        ["easy_to_borrow"] = true,
        ["fractionable"] = !WholeOnly.Contains(market.Symbol),
    };

    private JsonObject Clock()
    {
        var now = _clock.GetUtcNow() + Faults.ClockSkew;
        return new JsonObject
        {
            ["timestamp"] = Time(now),
            ["is_open"] = IsOpen,
            ["next_open"] = Time(now.AddHours(17)),
            ["next_close"] = Time(now.AddHours(3)),
        };
    }
}
