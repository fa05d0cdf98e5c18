namespace Rebalancer.Runtime.Journals;

/// <summary>What was kept, and when.</summary>
public sealed record CachedText(string Text, DateTimeOffset WrittenAt);

/// <summary>
/// Beside the journal, texts by name that could be had again from elsewhere: part of no stream and of no hash, and losing them loses nothing.
/// </summary>
public interface ICacheStore
{
    /// <returns>Null when there is none of that name.</returns>
    Task<CachedText?> ReadCacheAsync(string name, CancellationToken cancellationToken);

    /// <summary>Replaces what was kept under that name.</summary>
    Task WriteCacheAsync(string name, CachedText text, CancellationToken cancellationToken);
}
