using System.Globalization;
using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Weights.History;

/// <summary>
/// A price or return file as it was written: first column <c>date</c> (ISO, with a time where rows are less than a day apart), one column an
/// asset, blank where there is no value. Rows come out in order of date; what was odd about the file is in <see cref="Warnings"/>.
/// </summary>
public sealed class HistoryFile
{
    private HistoryFile(HistoryTable table, IReadOnlyList<string> warnings) => (Table, Warnings) = (table, warnings);

    public HistoryTable Table { get; }

    public IReadOnlyList<string> Assets => Table.Assets;

    public IReadOnlyList<string> Warnings { get; }

    /// <param name="file">Name for messages.</param>
    /// <exception cref="InvalidInputException">The file cannot be read in full; every mistake is named with its line.</exception>
    public static HistoryFile Parse(string text, string file)
    {
        var errors = new InputErrors();
        var lines = text.TrimStart('\uFEFF').Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        var assets = ReadHeader(lines[0], errors);
        errors.ThrowIfAny(file);
        var rows = new List<Row>();
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length > 0 && ReadRow(lines[i], i + 1, assets, errors) is { } row)
            {
                rows.Add(row);
            }
        }

        if (rows.Count == 0 && !errors.Any)
        {
            errors.Add(lines.Length, "", "there are no rows below the header", "give at least two rows of values");
        }

        errors.ThrowIfAny(file);
        var warnings = new List<string>();
        var ordered = Unique(InOrder(rows, warnings), warnings, errors);
        errors.ThrowIfAny(file);
        double[][] columns = [.. assets.Select((_, asset) => ordered.Select(row => row.Values[asset]).ToArray())];
        return new HistoryFile(new HistoryTable(assets, [.. ordered.Select(row => row.Time)], columns), warnings);
    }

    private static string[] ReadHeader(string line, InputErrors errors)
    {
        var names = Cells(line);
        if (!string.Equals(names[0], "date", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(1, names[0], "the first column must be the date", "name the first column 'date'");
        }

        if (names.Length < 2)
        {
            errors.Add(1, "", "there is no asset", "give one column an asset after the date");
        }

        foreach (var (index, name) in names.Index().Skip(1))
        {
            if (name.Length == 0)
            {
                errors.Add(1, $"column {index + 1}", "the asset has no name", "name the column");
            }
            else if (Array.IndexOf(names, name) < index)
            {
                errors.Add(1, name, "the asset has two columns", "leave one of them out");
            }
        }

        return names[1..];
    }

    private static Row? ReadRow(string line, int number, string[] assets, InputErrors errors)
    {
        var cells = Cells(line);
        if (cells.Length != assets.Length + 1)
        {
            errors.Add(number, "", $"the row has {cells.Length} cells, the header {assets.Length + 1}", "give a cell, blank where there is no value, for every column");
            return null;
        }

        if (!TryReadTime(cells[0], out var time))
        {
            errors.Add(number, "date", $"'{cells[0]}' is not a date", "write dates as 2026-11-21");
            return null;
        }

        var values = new double[assets.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = double.NaN;
            if (cells[i + 1].Length > 0 && !(double.TryParse(cells[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) && double.IsFinite(values[i])))
            {
                errors.Add(number, assets[i], $"'{cells[i + 1]}' is not a number", "write a number with a point, or leave the cell blank where there is none");
            }
        }

        return new Row(number, time, values);
    }

    /// <summary>A date, or a date and a time of day, which without an offset is UTC.</summary>
    private static bool TryReadTime(string cell, out DateTime time)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        time = default;
        return cell.Length >= 10
            && DateOnly.TryParseExact(cell[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && DateTime.TryParse(cell, CultureInfo.InvariantCulture, utc, out time);
    }

    private static List<Row> InOrder(List<Row> rows, List<string> warnings)
    {
        var firstBack = rows.Zip(rows.Skip(1)).FirstOrDefault(pair => pair.Second.Time < pair.First.Time);
        if (firstBack.Second is not { } row)
        {
            return rows;
        }

        warnings.Add($"line {row.Line}: {HistoryTable.Text(row.Time)} comes after a later date; the rows were put in order");
        return [.. rows.OrderBy(each => each.Time)];
    }

    private static List<Row> Unique(List<Row> rows, List<string> warnings, InputErrors errors)
    {
        var unique = new List<Row>(rows.Count);
        foreach (var row in rows)
        {
            if (unique.Count == 0 || unique[^1].Time != row.Time)
            {
                unique.Add(row);
            }
            else if (unique[^1].Values.SequenceEqual(row.Values))
            {
                warnings.Add($"line {row.Line}: {HistoryTable.Text(row.Time)} stands there twice with the same values; it counts once");
            }
            else
            {
                errors.Add(row.Line, "date", $"{HistoryTable.Text(row.Time)} stands there twice with different values", "leave one of the rows out");
            }
        }

        return unique;
    }

    private static string[] Cells(string line) => [.. line.Split(',').Select(cell => cell.Trim().Trim('"').Trim())];

    private sealed record Row(int Line, DateTime Time, double[] Values);
}
