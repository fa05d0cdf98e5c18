using System.Text;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Api;

/// <summary>The same rows as JSON, or as CSV when <c>format=csv</c> or the Accept header asks for it.</summary>
public static class CsvAnswer
{
    public static IResult Rows<T>(HttpContext context, string name, IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        if (!WantsCsv(context.Request))
        {
            return TypedResults.Ok(rows);
        }

        using var text = new StringWriter();
        TableWriter.WriteCsv(text, rows, columns);
        return TypedResults.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", $"{name}.csv");
    }

    private static bool WantsCsv(HttpRequest request) => request.Query["format"] == "csv"
        || (request.Query["format"].Count == 0 && request.Headers.Accept.ToString().StartsWith("text/csv", StringComparison.Ordinal));
}
