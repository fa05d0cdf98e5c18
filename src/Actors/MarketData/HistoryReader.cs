using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Venues;

namespace Rebalancer.Actors.MarketData;

/// <summary>Ask an account: past prices of its venue's markets. Answered by <see cref="HistoryAnswer"/>.</summary>
/// <param name="Since">Beginning of the first frame wanted.</param>
public sealed record GetHistory(IReadOnlyList<MarketId> Markets, TimeFrame Frame, DateTimeOffset Since);

/// <summary>One entry a market asked for, in that order.</summary>
public sealed record HistoryAnswer(IReadOnlyList<MarketBars> Markets);

/// <summary>Bars that were read before, by market and frame. They have ended and do not change, so that only later ones need asking for.</summary>
public sealed record HistoryCache(ImmutableSortedDictionary<string, CachedBars> Series)
{
    public static HistoryCache Empty { get; } = new(ImmutableSortedDictionary.Create<string, CachedBars>(StringComparer.Ordinal));

    public static string KeyOf(MarketId market, TimeFrame frame) => $"{market} {frame.Word()}";
}

/// <param name="Since">From where on they were asked for.</param>
public sealed record CachedBars(DateTimeOffset Since, IReadOnlyList<PriceBar> Bars);

/// <summary>Reads histories page by page, one market after the other, so that a venue's rate limit is kept.</summary>
public sealed class HistoryReader(string accountId, IVenue venue)
{
    /// <summary>A venue that never comes to an end must not be read for ever.</summary>
    private const int MostPages = 1_000;

    /// <summary>Never throws for a venue's failure: it is the answer about that market.</summary>
    /// <returns>The answer, and the cache with what was read added to it.</returns>
    public async Task<(HistoryAnswer Answer, HistoryCache Cache)> ReadAsync(GetHistory get, HistoryCache cache, CancellationToken cancellationToken)
    {
        var answers = new List<MarketBars>();
        foreach (var market in get.Markets)
        {
            var asked = new AskedMarket(accountId, market);
            var key = HistoryCache.KeyOf(market, get.Frame);
            try
            {
                var bars = await ReadAsync(market, get, cache.Series.GetValueOrDefault(key), cancellationToken);
                cache = new HistoryCache(cache.Series.SetItem(key, new CachedBars(get.Since, bars)));
                answers.Add(new MarketBars(asked, bars, null));
            }
            catch (VenueException failure)
            {
                answers.Add(new MarketBars(asked, [], failure.Message));
            }
        }

        return (new HistoryAnswer(answers), cache);
    }

    private async Task<IReadOnlyList<PriceBar>> ReadAsync(MarketId market, GetHistory get, CachedBars? known, CancellationToken cancellationToken)
    {
        var bars = known is not null && known.Since <= get.Since ? known.Bars.Where(bar => bar.At >= get.Since).ToList() : [];
        for (var page = 0; page < MostPages; page++)
        {
            var next = await venue.GetBarsAsync(market, get.Frame, bars.Count == 0 ? get.Since : bars[^1].At, cancellationToken);
            if (bars.Count > 0 && next.Count > 0 && next[0] != bars[^1])
            {
                // A split or a dividend has changed the past: what was kept is of another scale.
                bars.Clear();
                continue;
            }

            var fresh = next.Where(bar => bars.Count == 0 || bar.At > bars[^1].At).ToList();
            if (fresh.Count == 0)
            {
                return bars;
            }

            bars.AddRange(fresh);
        }

        throw new VenueException(VenueErrorKind.Malformed, $"the history of {market} did not end within {MostPages} pages");
    }
}
