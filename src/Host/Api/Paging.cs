using System.Globalization;
using System.Text;

namespace Rebalancer.Host.Api;

/// <summary>
/// Cuts a list, newest first, into pages. The address of the next page is in the Link header (RFC 8288); its cursor names the last entry seen,
/// so that what is added meanwhile neither repeats nor hides an entry.
/// </summary>
public static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaximumLimit = 1000;

    public static int Bounded(int? limit) => Math.Clamp(limit ?? DefaultLimit, 1, MaximumLimit);

    /// <param name="entries">Newest first; of one time in falling order of id.</param>
    public static IReadOnlyList<T> Page<T>(
        this IEnumerable<T> entries, HttpContext context, string? cursor, int? limit, Func<T, (DateTimeOffset At, string Id)> key)
    {
        var rest = cursor is null ? entries : After(entries, Parse(cursor), key);
        var page = rest.Take(Bounded(limit) + 1).ToList();
        if (page.Count <= Bounded(limit))
        {
            return page;
        }

        page.RemoveAt(page.Count - 1);
        var query = context.Request.Query.Where(pair => pair.Key is not "cursor").SelectMany(pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}"))
            .Append($"cursor={Format(key(page[^1]))}");
        context.Response.Headers.Link = $"<{context.Request.Path}?{string.Join('&', query)}>; rel=\"next\"";
        return page;
    }

    private static IEnumerable<T> After<T>(IEnumerable<T> entries, (DateTimeOffset At, string Id) last, Func<T, (DateTimeOffset At, string Id)> key) =>
        entries.SkipWhile(entry => key(entry) is var (at, id) && (at > last.At || (at == last.At && string.CompareOrdinal(id, last.Id) >= 0)));

    private static string Format((DateTimeOffset At, string Id) key) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{key.At.UtcTicks}/{key.Id}"))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static (DateTimeOffset At, string Id) Parse(string cursor)
    {
        var padded = cursor.Replace('-', '+').Replace('_', '/').PadRight((cursor.Length + 3) / 4 * 4, '=');
        var buffer = new byte[padded.Length];
        if (cursor.Length <= 500 && Convert.TryFromBase64String(padded, buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length).Split('/', 2) is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks)
        {
            return (new DateTimeOffset(at, TimeSpan.Zero), id);
        }

        throw new BadHttpRequestException("cursor", new FormatException("parameter \"string cursor\""));
    }
}
