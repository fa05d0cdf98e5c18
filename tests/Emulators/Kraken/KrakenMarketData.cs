using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Kraken;

/// <summary>What anybody may ask: pairs, prices, history.</summary>
internal sealed class KrakenMarketData(Book book)
{
    private const int LongestHistory = 720;

    public JsonObject AssetPairs() => new(book.Markets.Select(market => KeyValuePair.Create(market.Symbol, (JsonNode?)Pair(market))));

    public JsonObject Ticker(EmulatorRequest request)
    {
        var asked = request.Field("pair")?.Split(',').Select(name => Find(name).Symbol).ToList();
        return new JsonObject(book.Markets.Where(market => asked?.Contains(market.Symbol) != false).Select(market =>
        {
            var quote = book.QuoteOf(market.Symbol)!;
            var (bid, ask) = (KrakenText.Number(quote.Bid), KrakenText.Number(quote.Ask));
            return KeyValuePair.Create(market.Symbol, (JsonNode?)new JsonObject
            {
                ["a"] = new JsonArray(ask, "1", "1.000"), ["b"] = new JsonArray(bid, "1", "1.000"), ["c"] = new JsonArray(bid, "0.1"), ["v"] = new JsonArray("1", "1"),
                ["p"] = new JsonArray(bid, bid), ["t"] = new JsonArray(1, 1), ["l"] = new JsonArray(bid, bid), ["h"] = new JsonArray(ask, ask), ["o"] = bid,
            });
        }));
    }

    /// <summary>The last 720 bars, whatever is asked, of which those after <c>since</c>; the last is not ended. Weeks are counted from 1970's Thursday.</summary>
    public JsonObject Ohlc(EmulatorRequest request, DateTimeOffset now)
    {
        var market = Find(request.Field("pair") ?? throw new KrakenErrorException("EGeneral:Invalid arguments:pair"));
        var length = TimeSpan.FromMinutes(int.Parse(request.Field("interval") ?? "1", CultureInfo.InvariantCulture));
        var since = DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Field("since") ?? "0", CultureInfo.InvariantCulture));
        var earliest = now - (LongestHistory * length);
        var bars = BarPath.Bars(market.Symbol, book.QuoteOf(market.Symbol)!.Bid, length, since > earliest ? since : earliest, now, DateTimeOffset.UnixEpoch.Ticks);
        var rows = bars.Select(bar => (JsonNode?)new JsonArray(
            bar.At.ToUnixTimeSeconds(), KrakenText.Number(bar.Open), KrakenText.Number(bar.High), KrakenText.Number(bar.Low), KrakenText.Number(bar.Close),
            KrakenText.Number(bar.Close), KrakenText.Number(bar.Volume), 10));
        return new JsonObject { [market.Symbol] = new JsonArray([.. rows]), ["last"] = now.ToUnixTimeSeconds() };
    }

    private static JsonObject Pair(BookMarket market)
    {
        JsonArray Fees() => new(new JsonArray(0, market.FeeRate * 100));
        return new JsonObject
        {
            ["altname"] = KrakenText.AlternativeName(market), ["wsname"] = $"{KrakenText.Short(market.Asset)}/{KrakenText.Short(market.Quote)}", ["aclass_base"] = "currency",
            ["base"] = market.Asset, ["aclass_quote"] = "currency", ["quote"] = market.Quote, ["lot"] = "unit", ["cost_decimals"] = 5,
            ["pair_decimals"] = KrakenText.Places(market.Tick), ["lot_decimals"] = KrakenText.Places(market.Lot), ["lot_multiplier"] = 1, ["leverage_buy"] = new JsonArray(),
            ["leverage_sell"] = new JsonArray(), ["fees"] = Fees(), ["fees_maker"] = Fees(), ["fee_volume_currency"] = "ZUSD", ["margin_call"] = 80, ["margin_stop"] = 40,
            ["ordermin"] = KrakenText.Number(market.MinQuantity), ["costmin"] = KrakenText.Number(market.MinNotional), ["tick_size"] = KrakenText.Number(market.Tick), ["status"] = "online",
        };
    }

    private BookMarket Find(string name) =>
        book.Markets.FirstOrDefault(market => market.Symbol == name || KrakenText.AlternativeName(market) == name) ?? throw new KrakenErrorException("EQuery:Unknown asset pair");
}
