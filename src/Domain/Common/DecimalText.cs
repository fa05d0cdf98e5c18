using System.Globalization;

namespace Rebalancer.Domain.Common;

/// <summary>The one text form of a decimal: no exponent, no trailing zeros, so that equal numbers are equal bytes (1.0 and 1.00 are not, by default).</summary>
public static class DecimalText
{
    /// <summary>Same value, smallest scale.</summary>
    public static decimal Normalise(decimal value) => value / 1.000000000000000000000000000000000m;

    public static string Format(decimal value)
    {
        // A decimal has no exponent in its general form, only the zeros of its scale.
        var text = value == 0 ? "0" : value.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>Parses a plain or exponent form; false when the text is not a number or does not round-trip in 28 digits.</summary>
    public static bool TryParse(string text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
        && (IsShort(text) || SignificantDigits(text) == SignificantDigits(Format(value)));

    /// <summary>Every number of at most 28 digits, without an exponent, is a decimal.</summary>
    private static bool IsShort(string text) => text.Length <= 28 && text.AsSpan().IndexOfAny('e', 'E') < 0;

    /// <summary>The parser rounds silently past 28 digits; a rounded number has other significant digits than its text.</summary>
    private static string SignificantDigits(string text) =>
        string.Concat(text.TakeWhile(character => character is not ('e' or 'E')).Where(char.IsAsciiDigit)).Trim('0');
}
