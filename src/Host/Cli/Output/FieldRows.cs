using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rebalancer.Host.Cli.Output;

/// <summary>One answer as CSV: a line a field, named by its way from the outside in, as <c>plan.trades.0.asset</c>.</summary>
public static class FieldRows
{
    private static readonly Column<(string Field, string Value)>[] Columns = [new("Field", row => row.Field), new("Value", row => row.Value)];

    public static void WriteCsv<T>(TextWriter writer, T answer) =>
        TableWriter.WriteCsv(writer, [.. Of(JsonSerializer.SerializeToNode(answer, JsonOutput.Options), "")], Columns);

    private static IEnumerable<(string Field, string Value)> Of(JsonNode? node, string field) => node switch
    {
        JsonObject members => members.SelectMany(member => Of(member.Value, Inside(field, member.Key))),
        JsonArray items => items.Index().SelectMany(entry => Of(entry.Item, Inside(field, entry.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)))),
        null => [(field, "")],
        _ => [(field, node.ToString())],
    };

    private static string Inside(string field, string name) => field.Length == 0 ? name : $"{field}.{name}";
}
