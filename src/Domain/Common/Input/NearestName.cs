namespace Rebalancer.Domain.Common.Input;

/// <summary>Finds what a person who mistyped a name most likely meant.</summary>
public static class NearestName
{
    /// <summary>The candidate with the smallest edit distance, ignoring case; the first of equals; null without candidates.</summary>
    public static string? Of(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant()));

    /// <summary>Levenshtein distance: single-character insertions, deletions and replacements that turn one text into the other.</summary>
    public static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
