using System.Security.Cryptography;
using System.Text;

namespace Rebalancer.Emulators.Books;

/// <param name="At">When it begins.</param>
public sealed record EmulatedBar(DateTimeOffset At, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume);

/// <summary>A price history that is the same whenever it is asked for: a price for every quarter of an hour, drawn from a hash of its time.</summary>
public static class BarPath
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(15);

    /// <summary>Bars of a length of whole quarters, the first beginning at or after <paramref name="since"/> on the grid counted from 1970.</summary>
    /// <param name="until">The last one may have begun but not ended then.</param>
    public static IEnumerable<EmulatedBar> Bars(string symbol, decimal around, TimeSpan length, DateTimeOffset since, DateTimeOffset until, long originTicks = 0)
    {
        var first = (((since.Ticks - originTicks) + length.Ticks - 1) / length.Ticks * length.Ticks) + originTicks;
        for (var at = new DateTimeOffset(first, TimeSpan.Zero); at <= until; at += length)
        {
            var end = at + length < until ? at + length : until;
            var prices = new List<decimal> { Price(symbol, around, at) };
            for (var moment = at + Step; moment <= end; moment += Step)
            {
                prices.Add(Price(symbol, around, moment));
            }

            yield return new EmulatedBar(at, prices[0], prices.Max(), prices.Min(), prices[^1], prices.Count);
        }
    }

    private static decimal Price(string symbol, decimal around, DateTimeOffset at)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{symbol} {at.ToUnixTimeSeconds()}"));
        return decimal.Round(around * (1 + (((hash[0] << 8) + hash[1] - 32768) / 3_276_800m)), 2);
    }
}
