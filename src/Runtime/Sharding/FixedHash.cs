using System.Text;

namespace Rebalancer.Runtime.Sharding;

/// <summary>FNV-1a over UTF-8: the same in every process and for ever, which string.GetHashCode is not.</summary>
public static class FixedHash
{
    public static uint Fnv1a32(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
            hash = unchecked((hash ^ octet) * 16777619u);
        return hash;
    }

    public static ulong Fnv1a64(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hash = 14695981039346656037ul;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
            hash = unchecked((hash ^ octet) * 1099511628211ul);
        return hash;
    }
}
