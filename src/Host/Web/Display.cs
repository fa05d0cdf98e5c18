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

    /// <summary>A number for an SVG attribute.</summary>
    public static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
