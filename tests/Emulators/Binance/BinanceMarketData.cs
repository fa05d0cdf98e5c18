using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Binance;

/// <summary>What anybody may ask: markets, prices, history.</summary>
internal sealed class BinanceMarketData(Book book)
{
    private static readonly SortedDictionary<string, TimeSpan> Intervals = new(StringComparer.Ordinal)
    {
        ["15m"] = TimeSpan.FromMinutes(15), ["1h"] = TimeSpan.FromHours(1), ["4h"] = TimeSpan.FromHours(4), ["1d"] = TimeSpan.FromDays(1), ["1w"] = TimeSpan.FromDays(7),
    };

    public JsonObject ExchangeInfo(DateTimeOffset now) => new()
    {
        ["timezone"] = "UTC", ["serverTime"] = now.ToUnixTimeMilliseconds(), ["rateLimits"] = new JsonArray(), ["exchangeFilters"] = new JsonArray(),
        ["symbols"] = new JsonArray([.. book.Markets.Select(Market)]),
    };

    public JsonNode BookTickers(EmulatorRequest request) => Each(request, (market, quote) => new JsonObject
    {
        ["symbol"] = market.Symbol, ["bidPrice"] = BinanceTrading.Text(quote.Bid), ["bidQty"] = BinanceTrading.Text(market.Depth), ["askPrice"] = BinanceTrading.Text(quote.Ask),
        ["askQty"] = BinanceTrading.Text(market.Depth),
    });

    public JsonNode DayTickers(EmulatorRequest request, DateTimeOffset now) => Each(request, (market, quote) => new JsonObject
    {
        ["symbol"] = market.Symbol, ["priceChange"] = "0", ["priceChangePercent"] = "0", ["weightedAvgPrice"] = BinanceTrading.Text(quote.Bid), ["prevClosePrice"] = "0",
        ["lastPrice"] = BinanceTrading.Text(quote.Bid), ["lastQty"] = "1", ["bidPrice"] = BinanceTrading.Text(quote.Bid), ["bidQty"] = "1",
        ["askPrice"] = BinanceTrading.Text(quote.Ask), ["askQty"] = "1", ["openPrice"] = "0", ["highPrice"] = "0", ["lowPrice"] = "0", ["volume"] = "1", ["quoteVolume"] = "1",
        ["openTime"] = now.AddDays(-1).ToUnixTimeMilliseconds(), ["closeTime"] = now.ToUnixTimeMilliseconds(), ["firstId"] = 1, ["lastId"] = 2, ["count"] = 2,
    });

    public JsonArray Klines(EmulatorRequest request, DateTimeOffset now)
    {
        var symbol = BinanceEmulator.Required(request, "symbol");
        var quote = book.QuoteOf(symbol) ?? throw new BinanceErrorException(400, -1121, "Invalid symbol.");
        if (!Intervals.TryGetValue(BinanceEmulator.Required(request, "interval"), out var length))
        {
            throw new BinanceErrorException(400, -1120, "Invalid interval.");
        }

        var (from, to, limit) = BinanceTrading.Window(request, 500, TimeSpan.MaxValue);
        var monday = new DateTimeOffset(1970, 1, 5, 0, 0, 0, TimeSpan.Zero).Ticks;
        var bars = BarPath.Bars(symbol, quote.Bid, length, from, to < now ? to : now, monday).Take(limit);
        return new JsonArray([.. bars.Select(bar => new JsonArray(
            bar.At.ToUnixTimeMilliseconds(), BinanceTrading.Text(bar.Open), BinanceTrading.Text(bar.High), BinanceTrading.Text(bar.Low), BinanceTrading.Text(bar.Close),
            BinanceTrading.Text(bar.Volume), (bar.At + length).ToUnixTimeMilliseconds() - 1, "0", 10, "0", "0", "0"))]);
    }

    private static JsonObject Market(BookMarket market) => new()
    {
        ["symbol"] = market.Symbol, ["status"] = "TRADING", ["baseAsset"] = market.Asset, ["baseAssetPrecision"] = 8, ["quoteAsset"] = market.Quote, ["quotePrecision"] = 8,
        ["quoteAssetPrecision"] = 8, ["baseCommissionPrecision"] = 8, ["quoteCommissionPrecision"] = 8, ["orderTypes"] = new JsonArray("LIMIT", "LIMIT_MAKER", "MARKET"),
        ["icebergAllowed"] = true, ["ocoAllowed"] = true, ["quoteOrderQtyMarketAllowed"] = true, ["allowTrailingStop"] = false, ["cancelReplaceAllowed"] = true,
        ["isSpotTradingAllowed"] = true, ["isMarginTradingAllowed"] = false, ["permissions"] = new JsonArray(), ["permissionSets"] = new JsonArray(new JsonArray("SPOT")),
        ["defaultSelfTradePreventionMode"] = "NONE",
        ["filters"] = new JsonArray(
            new JsonObject { ["filterType"] = "PRICE_FILTER", ["minPrice"] = BinanceTrading.Text(market.Tick), ["maxPrice"] = "1000000.00000000", ["tickSize"] = BinanceTrading.Text(market.Tick) },
            new JsonObject { ["filterType"] = "LOT_SIZE", ["minQty"] = BinanceTrading.Text(market.MinQuantity), ["maxQty"] = "9000.00000000", ["stepSize"] = BinanceTrading.Text(market.Lot) },
            new JsonObject
            {
                ["filterType"] = "NOTIONAL", ["minNotional"] = BinanceTrading.Text(market.MinNotional), ["applyMinToMarket"] = true, ["maxNotional"] = "9000000.00000000",
                ["applyMaxToMarket"] = false, ["avgPriceMins"] = 5,
            }),
    };

    /// <summary>One symbol is an object, several (or all) a list.</summary>
    private JsonNode Each(EmulatorRequest request, Func<BookMarket, BookQuote, JsonObject> describe)
    {
        if (request.Field("symbol") is { } symbol)
        {
            return describe(book.Market(symbol) ?? throw new BinanceErrorException(400, -1121, "Invalid symbol."), book.QuoteOf(symbol)!);
        }

        var asked = request.Field("symbols") is { } list ? JsonNode.Parse(list)!.AsArray().Select(item => item!.GetValue<string>()).ToList() : null;
        if (asked?.Find(name => book.Market(name) is null) is not null)
        {
            throw new BinanceErrorException(400, -1121, "Invalid symbol.");
        }

        return new JsonArray([.. book.Markets.Where(market => asked?.Contains(market.Symbol) != false).Select(market => describe(market, book.QuoteOf(market.Symbol)!))]);
    }
}
