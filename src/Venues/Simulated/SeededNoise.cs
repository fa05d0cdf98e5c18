namespace Rebalancer.Venues.Simulated;

/// <summary>
/// Randomness as a function of what it is for: the same seed, purpose and index give the same draw whoever asks, however often and in whatever
/// order. Nothing has to be remembered, so that a book rebuilt from its file goes on as if it had never stopped.
/// </summary>
public readonly record struct SeededNoise(ulong Seed)
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>A source of its own for <paramref name="purpose"/>.</summary>
    public SeededNoise For(string purpose)
    {
        var hash = FnvOffset;
        foreach (var character in purpose)
        {
            hash = unchecked((hash ^ character) * FnvPrime);
        }

        return new SeededNoise(Mix(Seed ^ hash));
    }

    /// <summary>In [0, 1).</summary>
    public decimal Draw(long index) => (Mix(unchecked(Seed + ((ulong)index * 0x9E3779B97F4A7C15))) >> 11) / 9007199254740992m;

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
