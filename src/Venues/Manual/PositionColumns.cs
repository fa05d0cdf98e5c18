using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement.Positions;

namespace Rebalancer.Venues.Manual;

/// <summary>
/// Where a file of positions has what, found by the names its header uses: those of the settings, else the ones brokers use. The first of each
/// list is what a Flex Query of Interactive Brokers writes
/// (https://www.ibkrguides.com/reportingreference/reportguide/open_positionsfq.htm).
/// </summary>
internal sealed class PositionColumns
{
    private static readonly (string Meaning, string[] Names)[] Usual =
    [
        ("asset", ["Symbol", "Asset", "Ticker"]),
        ("quantity", ["Quantity", "Shares", "Units", "Position"]),
        ("price", ["MarkPrice", "Price", "LastPrice"]),
        ("value", ["PositionValue", "MarketValue", "Value"]),
        ("currency", ["CurrencyPrimary", "Currency"]),
        ("account", ["ClientAccountID", "Account", "AccountId"]),
        ("class", ["AssetClass"]),
        ("level", ["LevelOfDetail"]),
        ("date", ["ReportDate", "Date"]),
    ];

    private readonly SortedDictionary<string, (string Name, int Index)> _columns = new(StringComparer.Ordinal);

    private PositionColumns()
    {
    }

    public static IReadOnlyList<string> Meanings { get; } = [.. Usual.Select(entry => entry.Meaning)];

    /// <summary>Null after reporting that the header lacks what is needed.</summary>
    public static PositionColumns? Find(CsvRow header, SortedDictionary<string, string> named, InputErrors errors)
    {
        var found = new PositionColumns();
        foreach (var (meaning, names) in Usual)
        {
            var wanted = named.TryGetValue(meaning, out var own) ? [own] : names;
            foreach (var name in wanted)
            {
                var index = header.Cells.ToList().FindIndex(cell => string.Equals(cell, name, StringComparison.OrdinalIgnoreCase));
                if (index >= 0)
                {
                    found._columns.TryAdd(meaning, (header.Cells[index], index));
                }
            }

            if (own is not null && !found.Has(meaning))
            {
                errors.Add(header.Line, own, "the header has no such column", Remedy(own, header));
            }
        }

        var isEnough = found.Has("asset") && (found.Has("quantity") || (found.Has("value") && found.Has("price")));
        if (!isEnough && !errors.Any)
        {
            errors.Add(
                header.Line, found.Has("asset") ? "Quantity" : "Symbol", "the header has no such column",
                "the first line must name Symbol and Quantity, or Symbol, PositionValue and MarkPrice; say in options.columns what they are called here, " +
                "as { \"asset\": \"Ticker\", \"quantity\": \"Shares\" }");
        }

        return isEnough ? found : null;
    }

    public bool Has(string meaning) => _columns.ContainsKey(meaning);

    /// <summary>The column's name in the file, for errors.</summary>
    public string Name(string meaning) => _columns.TryGetValue(meaning, out var column) ? column.Name : meaning;

    /// <summary>Null where the file has no such column or the cell is empty.</summary>
    public string? Cell(CsvRow row, string meaning) =>
        _columns.TryGetValue(meaning, out var column) && row.Cells[column.Index].Length > 0 ? row.Cells[column.Index] : null;

    private static string Remedy(string name, CsvRow header) =>
        NearestName.Of(name, header.Cells.Where(cell => cell.Length > 0)) is { } nearest ? $"did you mean \"{nearest}\"?" : "name one that it has";
}
