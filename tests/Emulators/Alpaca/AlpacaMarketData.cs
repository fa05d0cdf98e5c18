using System.Globalization;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;
using static Rebalancer.Emulators.Alpaca.AlpacaEmulator;

namespace Rebalancer.Emulators.Alpaca;

/// <summary>Latest quotes and bars: https://docs.alpaca.markets/reference/stocklatestquotes-1 and …/stockbars. Bars stand at the quote's middle.</summary>
internal sealed class AlpacaMarketData(Book book, TimeProvider clock)
{
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    public EmulatorReply Quotes(EmulatorRequest request)
    {
        var quotes = new JsonObject();
        foreach (var symbol in (request.Field("symbols") ?? "").Split(','))
        {
            if (book.QuoteOf(symbol) is { } quote)
            {
                quotes[symbol] = new JsonObject
                {
                    ["t"] = Time(clock.GetUtcNow()), ["ax"] = "V", ["ap"] = quote.Ask, ["as"] = 4, ["bx"] = "V", ["bp"] = quote.Bid, ["bs"] = 3, ["z"] = "B",
                };
            }
        }

        return Ok(new JsonObject { ["quotes"] = quotes });
    }

    public EmulatorReply Bars(EmulatorRequest request)
    {
        var symbol = request.Field("symbols") ?? "";
        if (book.QuoteOf(symbol) is not { } quote)
        {
            return Ok(new JsonObject { ["bars"] = new JsonObject(), ["next_page_token"] = null });
        }

        var start = DateTimeOffset.Parse(request.Field("page_token") ?? request.Field("start")!, CultureInfo.InvariantCulture);

        // A page is smaller than what was asked for, as Alpaca may make it.
        var limit = Math.Min(int.Parse(request.Field("limit") ?? "1000", CultureInfo.InvariantCulture), 500);
        var times = Times(request.Field("timeframe") ?? "", start).TakeWhile(at => at <= clock.GetUtcNow()).Take(limit + 1).ToList();
        var middle = (quote.Bid + quote.Ask) / 2;
        return Ok(new JsonObject
        {
            ["bars"] = new JsonObject
            {
                [symbol] = new JsonArray([.. times.Take(limit).Select(at => new JsonObject
                {
                    ["t"] = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                    ["o"] = middle, ["h"] = middle + 1, ["l"] = middle - 1, ["c"] = middle, ["v"] = 1000, ["n"] = 12, ["vw"] = middle,
                })]),
            },
            ["next_page_token"] = times.Count > limit ? times[^1].ToString("O", CultureInfo.InvariantCulture) : null,
        });
    }

    /// <summary>Days and weeks begin at New York's midnight.</summary>
    private static IEnumerable<DateTimeOffset> Times(string frame, DateTimeOffset start)
    {
        if (frame is not ("1Day" or "1Week"))
        {
            var length = frame == "15Min" ? TimeSpan.FromMinutes(15) : TimeSpan.FromHours(1);
            for (var at = new DateTimeOffset(((start.UtcTicks + length.Ticks - 1) / length.Ticks) * length.Ticks, TimeSpan.Zero); ; at += length)
            {
                yield return at;
            }
        }

        for (var date = DateOnly.FromDateTime(start.UtcDateTime); ; date = date.AddDays(1))
        {
            var midnight = date.ToDateTime(TimeOnly.MinValue);
            var isTold = frame == "1Week" ? date.DayOfWeek == DayOfWeek.Monday : date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
            if (isTold && new DateTimeOffset(midnight, NewYork.GetUtcOffset(midnight)) is var at && at >= start)
            {
                yield return at;
            }
        }
    }
}
