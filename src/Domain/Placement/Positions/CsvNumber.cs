using System.Globalization;
using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Placement.Positions;

/// <summary>Reads one cell as a number.</summary>
public static class CsvNumber
{
    /// <summary>Thousands separators are accepted where they come in groups of three, as brokers write them in quotes.</summary>
    /// <returns>Null after reporting what is wrong.</returns>
    public static decimal? Read(CsvRow row, string column, string? text, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(errors);
        if (text is null)
        {
            errors.Add(row.Line, column, "is missing", "write a number");
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || TryParseGrouped(text, out value))
        {
            return value;
        }

        errors.Add(row.Line, column, $"must be a number, is \"{text}\"", "write it as 1234.56");
        return null;
    }

    private static bool TryParseGrouped(string text, out decimal value)
    {
        value = 0;
        var groups = text.TrimStart('-', '+').Split('.')[0].Split(',');
        var grouped = groups.Length > 1 && groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(group => group.Length == 3);
        return grouped && decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
