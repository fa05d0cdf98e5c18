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
/// <param name="accountId">Who is asked, as the asker names it.</param>
/// <param name="source">Under which what was read is kept; another venue's bars must not be taken for this one's.</param>
/// <param name="store">Where it outlives this process; null: nowhere.</param>
public sealed class HistoryReader(string accountId, IPriceHistory venue, string source = "", PriceHistoryStore? store = null)
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
                var known = cache.Series.GetValueOrDefault(key) ?? await KeptAsync(key, cancellationToken);
                var read = new CachedBars(get.Since, await ReadAsync(market, get, known, cancellationToken));
                await KeepAsync(key, known, read, cancellationToken);
                var bars = read.Bars;
                cache = new HistoryCache(cache.Series.SetItem(key, read));
                answers.Add(new MarketBars(asked, bars, null));
            }
            catch (VenueException failure)
            {
                answers.Add(new MarketBars(asked, [], failure.Message));
            }
        }

        return (new HistoryAnswer(answers), cache);
    }

    private Task<CachedBars?> KeptAsync(string key, CancellationToken cancellationToken) =>
        store?.ReadAsync($"{source} {accountId}", key, cancellationToken) ?? Task.FromResult<CachedBars?>(null);

    /// <summary>Most readings find nothing new: a day has one bar.</summary>
    private Task KeepAsync(string key, CachedBars? known, CachedBars read, CancellationToken cancellationToken) =>
        store is null || (known is not null && known.Since <= read.Since && LastOf(known) == LastOf(read))
            ? Task.CompletedTask
            : store.WriteAsync($"{source} {accountId}", key, read, cancellationToken);

    private static PriceBar? LastOf(CachedBars cached) => cached.Bars.Count == 0 ? null : cached.Bars[^1];

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
