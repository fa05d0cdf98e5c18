using System.Globalization;
using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>The last price of every asset in a price CSV: first column <c>date</c> (ISO), one column an asset, blank = no price.</summary>
internal static class LastPrices
{
    /// <exception cref="InvalidInputException">Anything in the text is wrong.</exception>
    public static SortedDictionary<string, decimal> Read(string text, string file)
    {
        var errors = new InputErrors();
        var prices = new SortedDictionary<string, decimal>();
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        var header = Split(lines[0]);
        if (!string.Equals(header[0], "date", StringComparison.OrdinalIgnoreCase) || header.Length < 2)
        {
            errors.Add(1, "date", "the first column must be date, with one column an asset after it", "correct the header");
        }

        var last = DateOnly.MinValue;
        for (var i = 1; i < lines.Length; i++)
        {
            var cells = Split(lines[i]);
            if (cells.All(cell => cell.Length == 0))
            {
                continue;
            }

            if (!DateOnly.TryParseExact(cells[0].Split('T', ' ')[0], "yyyy-MM-dd", out var date) || date <= last)
            {
                errors.Add(i + 1, "date", $"\"{cells[0]}\" is not a date after the one above", "write ascending dates, as 2026-11-21");
                continue;
            }

            last = date;
            ReadRow(cells, header, i + 1, prices, errors);
        }

        errors.ThrowIfAny(file);
        return prices;
    }

    private static void ReadRow(string[] cells, string[] header, int line, SortedDictionary<string, decimal> prices, InputErrors errors)
    {
        for (var column = 1; column < Math.Min(cells.Length, header.Length); column++)
        {
            if (cells[column].Length == 0)
            {
                continue;
            }

            if (decimal.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price > 0)
            {
                prices[header[column]] = price;
            }
            else
            {
                errors.Add(line, header[column], $"\"{cells[column]}\" is not a price above 0", "correct it, or leave it blank");
            }
        }
    }

    private static string[] Split(string line) => [.. line.Split(',').Select(cell => cell.Trim().Trim('"'))];
}
