using System.Globalization;

namespace Rebalancer.Host.Web;

/// <summary>Figures as a person reads them, on the page and in tables; files and JSON carry them unrounded.</summary>
public static class Display
{
    public static string Percent(double share) => share.ToString("0.00%", CultureInfo.InvariantCulture);

    public static string Score(double? score) => score is { } known ? known.ToString("0.0000", CultureInfo.InvariantCulture) : "unknown";

    public static string Amount(decimal amount) => amount.ToString("#,##0.00", CultureInfo.InvariantCulture);

    public static string Money(decimal? amount, string currency) => amount is { } known ? $"{Amount(known)} {currency}" : "unknown";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Age(TimeSpan age) => age switch
    {
        _ when age < TimeSpan.FromSeconds(1) => "just now",
        _ when age < TimeSpan.FromMinutes(2) => $"{(int)age.TotalSeconds} s ago",
        _ when age < TimeSpan.FromHours(2) => $"{(int)age.TotalMinutes} min ago",
        _ => $"{(int)age.TotalHours} h ago",
    };

    /// <summary>A difference of weights, with its sign.</summary>
    public static string Points(double share) => (100 * share).ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture) + "%";

    /// <summary>To about seven digits; what is worth little keeps more places.</summary>
    public static string Price(decimal price) =>
        price.ToString(Math.Abs(price) switch { >= 1000 => "#,##0.00", >= 1 => "0.00##", _ => "0.########" }, CultureInfo.InvariantCulture);

    public static string Gap(double basisPoints) => basisPoints.ToString("0.###", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>What made a decision, without the word for its kind where there is a sentence.</summary>
    public static string Why(string trigger) => trigger.IndexOf(": ", StringComparison.Ordinal) is > 0 and var at ? trigger[(at + 2)..] : trigger;

    public static string Words(Enum value)
    {
        var text = new System.Text.StringBuilder();
        foreach (var character in value.ToString())
        {
            text.Append(char.IsUpper(character) && text.Length > 0 ? " " : "").Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }

    /// <summary>A number for an SVG attribute.</summary>
    public static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
