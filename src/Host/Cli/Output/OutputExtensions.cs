using System.CommandLine;

namespace Rebalancer.Host.Cli.Output;

/// <summary>Prints a command's data in the form asked for.</summary>
public static class OutputExtensions
{
    /// <summary>Rows as table, CSV, or a JSON array of the rows themselves.</summary>
    public static void WriteRows<T>(this CliContext context, ParseResult parse, IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        switch (parse.GetValue(GlobalOptions.Output))
        {
            case OutputFormat.Json:
                context.Out.WriteLine(JsonOutput.Format(rows));
                break;
            case OutputFormat.Csv:
                TableWriter.WriteCsv(context.Out, rows, columns);
                break;
            default:
                TableWriter.WriteTable(context.Out, rows, columns, context.UseColor);
                break;
        }
    }

    /// <summary>One answer: JSON or CSV when asked for, otherwise the sentences a person reads.</summary>
    public static void WriteValue<T>(this CliContext context, ParseResult parse, T value, IEnumerable<string> sentences)
    {
        switch (parse.GetValue(GlobalOptions.Output))
        {
            case OutputFormat.Json:
                context.Out.WriteLine(JsonOutput.Format(value));
                break;
            case OutputFormat.Csv:
                FieldRows.WriteCsv(context.Out, value);
                break;
            default:
                sentences.ToList().ForEach(sentence => context.Out.WriteLine(TableWriter.Printable(sentence)));
                break;
        }
    }

    /// <summary>A document that is JSON by its nature: printed as such, or a line a field as CSV.</summary>
    public static void WriteDocument<T>(this CliContext context, ParseResult parse, T document) =>
        context.WriteValue(parse, document, JsonOutput.Format(document).Split('\n'));
}
