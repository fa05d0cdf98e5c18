using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues.Simulated;

/// <summary>
/// Past bars of a simulated market, read off the path its quotes come from, also for the time before the world began: the price of a moment
/// is the same whether it is asked for as a quote or as the end of a bar.
/// </summary>
/// <param name="noise">Of the volumes.</param>
internal sealed class SimulatedHistory(PricePath path, IMarketCalendar calendar, DateTimeOffset epoch, SeededNoise noise)
{
    /// <summary>At most as many at once, as real venues give.</summary>
    public const int MostBars = 1000;

    /// <summary>Moments inside a bar at which its high and low are looked for.</summary>
    private const int Samples = 6;

    /// <summary>Bars that have ended by <paramref name="now"/>, from the first that does not begin before <paramref name="since"/>; none for frames without trading.</summary>
    public IReadOnlyList<PriceBar> Bars(TimeFrame frame, DateTimeOffset since, DateTimeOffset now)
    {
        var bars = new List<PriceBar>();
        for (var at = frame.Ceiling(since); at + frame.Length() <= now && bars.Count < MostBars; at += frame.Length())
        {
            var opens = calendar.IsOpen(at) ? at : calendar.NextOpen(at) ?? at;
            if (opens < at + frame.Length())
            {
                bars.Add(Bar(frame, at, opens, calendar.LastTraded(at + frame.Length())));
            }
        }

        return bars;
    }

    private PriceBar Bar(TimeFrame frame, DateTimeOffset at, DateTimeOffset opens, DateTimeOffset closes)
    {
        var (first, last) = (SecondOf(opens), SecondOf(closes));
        decimal[] prices = [.. Enumerable.Range(0, Samples + 1).Select(sample => Price(first + ((last - first) * sample / Samples)))];
        return new PriceBar(at, prices[0], prices.Max(), prices.Min(), prices[^1], Volume(frame, at, prices[^1]));
    }

    /// <summary>Trade worth a million to a thousand million a day, the same order for all bars of a market.</summary>
    private decimal Volume(TimeFrame frame, DateTimeOffset at, decimal price)
    {
        var worth = 1_000_000m * (decimal)Math.Pow(1000, (double)noise.Draw(0));
        var share = (decimal)(frame.Length() / TimeSpan.FromDays(1)) * (0.5m + noise.Draw(at.ToUnixTimeSeconds()));
        return Math.Round(worth * share / price, 4);
    }

    private decimal Price(long second)
    {
        var (bid, ask) = path.At(second);
        return (bid + ask) / 2;
    }

    private long SecondOf(DateTimeOffset at) => (long)Math.Floor((at - epoch).TotalSeconds);
}
