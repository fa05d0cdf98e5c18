using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Placement.Positions;

/// <summary>
/// Reads a broker's positions: columns <c>Symbol,PositionValue,MarkPrice[,FifoPnlUnrealized][,Account]</c> in any order. Other columns are
/// ignored, since brokers' exports have many.
/// </summary>
public static class BrokerCsv
{
    /// <summary>Name of the account of a file without the column Account.</summary>
    public const string OnlyAccount = "broker";

    private const decimal Largest = 1e15m;

    private static readonly string[] Required = ["Symbol", "PositionValue", "MarkPrice"];

    private static readonly string[] Optional = ["FifoPnlUnrealized", "Account"];

    /// <exception cref="InvalidInputException">Anything in the text is wrong.</exception>
    public static IReadOnlyList<BrokerPosition> Read(string text, string file)
    {
        var errors = new InputErrors();
        var rows = CsvText.Read(text, errors);
        var positions = new List<BrokerPosition>();
        if (rows.Count == 0)
        {
            errors.Add(0, "", "is empty", $"give a header {string.Join(',', Required)} and a line for each position");
        }
        else if (ReadHeader(rows[0], errors) is { } columns)
        {
            foreach (var row in rows.Skip(1))
            {
                ReadRow(row, rows[0].Cells.Count, columns, positions, errors);
            }

            if (rows.Count == 1)
            {
                errors.Add(rows[0].Line, "", "has no position", "add a line for each position");
            }
        }

        errors.ThrowIfAny(file);
        return positions;
    }

    private static Dictionary<string, int>? ReadHeader(CsvRow header, InputErrors errors)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in Required.Concat(Optional))
        {
            var index = header.Cells.ToList().FindIndex(cell => string.Equals(cell, name, StringComparison.OrdinalIgnoreCase));
            if (index >= 0)
            {
                columns[name] = index;
            }
            else if (Required.Contains(name))
            {
                var nearest = NearestName.Of(name, header.Cells.Where(cell => cell.Length > 0));
                var hint = nearest is not null && NearestName.Distance(name, nearest) <= 3 ? $"; is \"{nearest}\" meant?" : "";
                errors.Add(header.Line, name, "the header has no such column", $"the first line must name {string.Join(", ", Required)}{hint}");
            }
        }

        return Required.All(columns.ContainsKey) ? columns : null;
    }

    private static void ReadRow(CsvRow row, int width, Dictionary<string, int> columns, List<BrokerPosition> positions, InputErrors errors)
    {
        if (row.Cells.Count != width)
        {
            errors.Add(row.Line, "", $"has {row.Cells.Count} cells, the header {width}", "quote numbers that hold a comma, and fill or remove cells");
            return;
        }

        string? Cell(string column) => columns.TryGetValue(column, out var index) && row.Cells[index].Length > 0 ? row.Cells[index] : null;
        var symbol = Cell("Symbol");
        if (symbol is null)
        {
            errors.Add(row.Line, "Symbol", "is missing", "name the asset");
            return;
        }

        var value = CsvNumber.Read(row, "PositionValue", Cell("PositionValue"), errors);
        var price = CsvNumber.Read(row, "MarkPrice", Cell("MarkPrice"), errors);
        var gain = Cell("FifoPnlUnrealized") is { } text ? CsvNumber.Read(row, "FifoPnlUnrealized", text, errors) : null;
        Bound(row, "PositionValue", value, value < 0, "must not be negative: short positions cannot be rebalanced", "remove the line", errors);
        Bound(row, "MarkPrice", price, price <= 0, "must be above 0", "correct the price", errors);
        if (value is not >= 0 || price is not > 0)
        {
            return;
        }

        var position = new BrokerPosition(Cell("Account") ?? OnlyAccount, symbol, value.Value, price.Value, gain);
        if (positions.Exists(earlier => earlier.Account == position.Account && earlier.Symbol == symbol))
        {
            errors.Add(row.Line, "Symbol", $"\"{symbol}\" is listed twice in account {position.Account}", "keep one line for each position");
        }
        else if (positions.Find(earlier => earlier.Symbol == symbol) is { } other && other.Price != price)
        {
            errors.Add(row.Line, "MarkPrice", $"\"{symbol}\" has another price in account {other.Account}", "use one price for one asset");
        }

        positions.Add(position);
    }

    private static void Bound(CsvRow row, string column, decimal? value, bool wrong, string problem, string remedy, InputErrors errors)
    {
        if (wrong)
        {
            errors.Add(row.Line, column, problem, remedy);
        }
        else if (value > Largest)
        {
            errors.Add(row.Line, column, "is beyond 10^15", "check the unit");
        }
    }
}
