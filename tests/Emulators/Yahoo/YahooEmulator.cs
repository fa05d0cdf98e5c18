using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Yahoo;

/// <param name="Currency">As Yahoo writes it: <c>GBp</c> is pence.</param>
public sealed record YahooSymbol(string Symbol, string Currency, decimal Price, int GmtOffsetSeconds = -18_000);

/// <summary>
/// The parts of Yahoo Finance that npm yahoo-finance2 asks for, on one loopback address: the page that gives a cookie, the crumb that goes with
/// it, quotes that want both, and charts. Yahoo documents none of it; the shapes are those the library reads.
/// </summary>
public sealed class YahooEmulator : IAsyncDisposable
{
    private const string Cookie = "A3=emulated";
    private const string Crumb = "emulated.Crumb";

    private readonly TimeProvider _clock;
    private readonly SortedDictionary<string, YahooSymbol> _symbols = new(StringComparer.Ordinal);
    private EmulatorServer _server = null!;

    private YahooEmulator(TimeProvider clock) => _clock = clock;

    public EmulatorFaults Faults => _server.Faults;

    public Uri Address => _server.Address;

    public IReadOnlyList<string> Requests => _server.Requests;

    /// <summary>Days on which nothing is traded, of every symbol: their rows are there, and empty.</summary>
    public SortedSet<DateOnly> Holidays { get; } = [];

    public static async Task<YahooEmulator> StartAsync(TimeProvider clock)
    {
        var emulator = new YahooEmulator(clock);
        emulator._server = await EmulatorServer.StartAsync(emulator.Answer, new EmulatorFaults());
        return emulator;
    }

    public void Add(YahooSymbol symbol) => _symbols[symbol.Symbol] = symbol;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The day's prices, from which its row is made.</summary>
    public static EmulatedBar BarOf(YahooSymbol symbol, DateOnly day)
    {
        var open = new DateTimeOffset(day, new TimeOnly(14, 30), TimeSpan.Zero);
        return BarPath.Bars(symbol.Symbol, symbol.Price, TimeSpan.FromHours(6), open, open + TimeSpan.FromHours(6), open.Ticks).First();
    }

    private EmulatorReply Answer(EmulatorRequest request) => request.Path switch
    {
        "/quote/AAPL" => new EmulatorReply(200, "<html></html>") { SetCookie = $"{Cookie}; Domain=.yahoo.com; Path=/; Max-Age=31557600" },
        "/v1/test/getcrumb" => HasCookie(request) ? new EmulatorReply(200, Crumb) : new EmulatorReply(401, ""),
        "/v7/finance/quote" => HasCookie(request) && request.Field("crumb") == Crumb ? Quotes(request) : Refuse(401, "Unauthorized", "Invalid Crumb"),
        _ when request.Path.StartsWith("/v8/finance/chart/", StringComparison.Ordinal) => Chart(request, request.Path["/v8/finance/chart/".Length..]),
        _ => Refuse(404, "Not Found", $"no such path {request.Path}"),
    };

    private static bool HasCookie(EmulatorRequest request) => request.Headers.Cookie.ToString().Contains(Cookie, StringComparison.Ordinal);

    private static EmulatorReply Refuse(int status, string code, string description, string key = "finance") => new(
        status, new JsonObject { [key] = new JsonObject { ["result"] = null, ["error"] = new JsonObject { ["code"] = code, ["description"] = description } } }.ToJsonString());

    private EmulatorReply Quotes(EmulatorRequest request)
    {
        var known = (request.Field("symbols") ?? "").Split(',').Where(_symbols.ContainsKey).Select(name => _symbols[name]);
        var results = new JsonArray([.. known.Select(symbol => new JsonObject
        {
            ["language"] = "en-US", ["region"] = "US", ["quoteType"] = "EQUITY", ["symbol"] = symbol.Symbol, ["currency"] = symbol.Currency, ["exchange"] = "PCX",
            ["regularMarketPrice"] = symbol.Price, ["regularMarketTime"] = _clock.GetUtcNow().ToUnixTimeSeconds(), ["fullExchangeName"] = "NYSEArca", ["tradeable"] = false,
        })]);
        return new EmulatorReply(200, new JsonObject { ["quoteResponse"] = new JsonObject { ["result"] = results, ["error"] = null } }.ToJsonString());
    }

    private EmulatorReply Chart(EmulatorRequest request, string name)
    {
        if (_symbols.GetValueOrDefault(name) is not { } symbol)
        {
            return Refuse(404, "Not Found", "No data found, symbol may be delisted", "chart");
        }

        if (request.Field("interval") != "1d")
        {
            return Refuse(422, "Unprocessable Entity", "emulated are days only", "chart");
        }

        DateOnly Day(string field) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Field(field)!, CultureInfo.InvariantCulture)).UtcDateTime);
        var days = Enumerable.Range(Day("period1").DayNumber, Day("period2").DayNumber - Day("period1").DayNumber + 1).Select(DateOnly.FromDayNumber)
            .Where(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).ToList();
        var bars = days.Select(day => Holidays.Contains(day) ? null : BarOf(symbol, day)).ToList();
        JsonArray Column(Func<EmulatedBar, decimal> of) => [.. bars.Select(bar => bar is null ? null : JsonValue.Create((double)(float)of(bar)))];
        var result = new JsonObject
        {
            ["meta"] = new JsonObject { ["currency"] = symbol.Currency, ["symbol"] = name, ["gmtoffset"] = symbol.GmtOffsetSeconds, ["regularMarketPrice"] = symbol.Price },
            ["timestamp"] = new JsonArray([.. days.Select(day => JsonValue.Create(new DateTimeOffset(day, new TimeOnly(14, 30), TimeSpan.Zero).ToUnixTimeSeconds()))]),
            ["indicators"] = new JsonObject
            {
                ["quote"] = new JsonArray(new JsonObject
                {
                    ["open"] = Column(bar => bar.Open), ["high"] = Column(bar => bar.High), ["low"] = Column(bar => bar.Low), ["close"] = Column(bar => bar.Close),
                    ["volume"] = Column(bar => bar.Volume),
                }),
            },
        };
        return new EmulatorReply(200, new JsonObject { ["chart"] = new JsonObject { ["result"] = new JsonArray(result), ["error"] = null } }.ToJsonString());
    }
}
