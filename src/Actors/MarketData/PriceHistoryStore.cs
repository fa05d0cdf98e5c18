using System.Text.Json;
using Rebalancer.Domain.Common;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Actors.MarketData;

/// <summary>Bars kept in the journal's database, by where they came from: after a restart only later ones are asked for.</summary>
public sealed class PriceHistoryStore(ICacheStore store, TimeProvider clock)
{
    /// <param name="source">The venue and account, or the provider.</param>
    /// <returns>Null when nothing was kept, or what was kept is of a form this version does not read: then it is asked for anew.</returns>
    public async Task<CachedBars?> ReadAsync(string source, string series, CancellationToken cancellationToken)
    {
        if (await store.ReadCacheAsync(NameOf(source, series), cancellationToken) is not { } found)
        {
            return null;
        }

        try
        {
            return CanonicalJson.Read<CachedBars>(found.Text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public Task WriteAsync(string source, string series, CachedBars bars, CancellationToken cancellationToken) =>
        store.WriteCacheAsync(NameOf(source, series), new CachedText(CanonicalJson.Write(bars), clock.GetUtcNow()), cancellationToken);

    private static string NameOf(string source, string series) => $"bars {source} {series}";
}
