using System.Globalization;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Portfolios;

/// <summary>Numbers as sentences show them. Rounded for reading; the journal keeps every digit.</summary>
public static class Words
{
    public static string Age(TimeSpan age) => age.TotalSeconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, age.TotalSeconds):0} s")
        : age.TotalHours < 2
            ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h");

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    public static string Percent(decimal share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    public static string Money(decimal amount, string currency) => string.Create(CultureInfo.InvariantCulture, $"{amount:#,##0.00} {currency}");

    public static string Quantity(decimal quantity) => DecimalText.Format(quantity);

    /// <summary>A computed price, such as an average, to six significant digits and never fewer than two decimals.</summary>
    public static string Price(decimal price)
    {
        var decimals = 2;
        for (var size = Math.Abs(price); size is > 0 and < 1_000 && decimals < 12; size *= 10)
        {
            decimals++;
        }

        return DecimalText.Format(decimal.Round(price, decimals));
    }

    public static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
