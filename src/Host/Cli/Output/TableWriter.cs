using System.Globalization;
using System.Text;

namespace Rebalancer.Host.Cli.Output;

/// <summary>Prints rows as an aligned table or as CSV. Nothing is cut: a terminal may wrap, a pipe never loses a digit.</summary>
public static class TableWriter
{
    private const string Bold = "\u001b[1m";
    private const string Plain = "\u001b[0m";

    public static void WriteTable<T>(TextWriter writer, IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns, bool color)
    {
        var cells = rows.Select(row => columns.Select(column => Printable(column.Text(row))).ToArray()).ToList();
        var widths = columns
            .Select((column, index) => cells.Select(row => row[index].Length).Append(column.Header.Length).Max())
            .ToArray();
        var header = Line(columns.Select(column => column.Header).ToArray(), columns, widths);
        writer.WriteLine(color ? Bold + header + Plain : header);
        writer.WriteLine(string.Join("  ", widths.Select(width => new string('─', width))));
        foreach (var row in cells)
        {
            writer.WriteLine(Line(row, columns, widths));
        }
    }

    public static void WriteCsv<T>(TextWriter writer, IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        WriteCsvHeader(writer, columns);
        foreach (var row in rows)
        {
            WriteCsvRow(writer, row, columns);
        }
    }

    /// <summary>With <see cref="WriteCsvRow"/>, for rows too many to hold at once.</summary>
    public static void WriteCsvHeader<T>(TextWriter writer, IReadOnlyList<Column<T>> columns) =>
        writer.WriteLine(string.Join(',', columns.Select(column => Quote(column.Header))));

    public static void WriteCsvRow<T>(TextWriter writer, T row, IReadOnlyList<Column<T>> columns) =>
        writer.WriteLine(string.Join(',', columns.Select(column => Quote((column.Raw ?? column.Text)(row)))));

    /// <summary>Text of venues and files is shown without control characters, which could drive the terminal.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            builder.Append(char.IsControl(character) ? ' ' : character);
        }

        return builder.ToString();
    }

    private static string Line<T>(string[] cells, IReadOnlyList<Column<T>> columns, int[] widths) => string
        .Join("  ", cells.Select((cell, index) => columns[index].AlignRight ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index])))
        .TrimEnd();

    private static string Quote(string text)
    {
        var cell = Inert(text);
        return cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>
    /// A spreadsheet takes a cell that begins like a formula for one, and names of accounts come from outside; an apostrophe keeps it text.
    /// Numbers stay as they are.
    /// </summary>
    private static string Inert(string text) =>
        text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"'{text}"
            : text;
}
