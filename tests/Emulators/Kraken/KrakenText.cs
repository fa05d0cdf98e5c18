using System.Globalization;
using Rebalancer.Emulators.Books;

namespace Rebalancer.Emulators.Kraken;

/// <summary>How Kraken writes numbers, times, ids and names.</summary>
internal static class KrakenText
{
    public static string Number(decimal value) => value.ToString("0.00000000", CultureInfo.InvariantCulture);

    public static decimal Seconds(DateTimeOffset at) => decimal.Round((at - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond, 5);

    public static string OrderId(long id) => $"O{id:00000}-EMULA-TEDORD";

    public static string TradeId(long id) => $"T{id:00000}-EMULA-TEDTRD";

    public static string LedgerId(long id) => $"L{id:00000}-EMULA-TEDLDG";

    /// <summary>XXBT and ZUSD make the pair XXBTZUSD, otherwise called XBTUSD.</summary>
    public static string AlternativeName(BookMarket market) => Short(market.Asset) + Short(market.Quote);

    public static string Short(string asset) => asset.Length == 4 && asset[0] is 'X' or 'Z' ? asset[1..] : asset;

    public static int Places(decimal step) => Math.Max(0, (int)step.Scale);
}
