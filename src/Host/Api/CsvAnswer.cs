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

    /// <summary>Says of an endpoint that its rows come as either.</summary>
    public static RouteHandlerBuilder AlsoCsv<T>(this RouteHandlerBuilder route) => route.Produces<IReadOnlyList<T>>().WithMetadata(new AlsoCsv());

    private static bool WantsCsv(HttpRequest request) => request.Query["format"] == "csv"
        || (request.Query["format"].Count == 0 && request.Headers.Accept.ToString().StartsWith("text/csv", StringComparison.Ordinal));
}

/// <summary>On an endpoint whose rows are CSV where the caller asks for it.</summary>
public sealed record AlsoCsv;
