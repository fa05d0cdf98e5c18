using System.Globalization;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Positions;

namespace Rebalancer.Host.Configuration;

/// <summary>
/// Reads the tax lots of an account: columns <c>Asset,Quantity,UnitCost,Acquired</c> in any order, a line a lot, the cost of one unit with its fees
/// in the portfolio's base currency, the day as 2025-02-01.
/// </summary>
public static class LotsFile
{
    private static readonly string[] Columns = ["Asset", "Quantity", "UnitCost", "Acquired"];

    /// <exception cref="InvalidInputException">Anything in the file is wrong, or it cannot be read.</exception>
    public static SortedDictionary<string, IReadOnlyList<TaxLot>> Read(string path, string display)
    {
        var errors = new InputErrors();
        var lots = new SortedDictionary<string, IReadOnlyList<TaxLot>>(StringComparer.Ordinal);
        var rows = CsvText.Read(ReadText(path, errors), errors);
        errors.ThrowIfAny(display);
        if (rows.Count == 0 || Columns.Any(column => IndexOf(rows[0], column) < 0))
        {
            errors.Add(rows.Count == 0 ? 0 : rows[0].Line, "", $"the first line does not name {string.Join(", ", Columns)}", $"begin with {string.Join(',', Columns)}");
            errors.ThrowIfAny(display);
        }

        foreach (var row in rows.Skip(1))
        {
            if (ReadLot(rows[0], row, errors) is var (asset, lot))
            {
                lots[asset] = [.. lots.GetValueOrDefault(asset) ?? [], lot];
            }
        }

        errors.ThrowIfAny(display);
        return lots;
    }

    private static (string Asset, TaxLot Lot)? ReadLot(CsvRow header, CsvRow row, InputErrors errors)
    {
        if (row.Cells.Count != header.Cells.Count)
        {
            errors.Add(row.Line, "", $"has {row.Cells.Count} cells, the first line {header.Cells.Count}", "fill or remove cells");
            return null;
        }

        string? Cell(string column) => row.Cells[IndexOf(header, column)] is { Length: > 0 } text ? text : null;
        var quantity = CsvNumber.Read(row, "Quantity", Cell("Quantity"), errors);
        var cost = CsvNumber.Read(row, "UnitCost", Cell("UnitCost"), errors);
        if (Cell("Asset") is not { } asset)
        {
            errors.Add(row.Line, "Asset", "is missing", "name the asset");
            return null;
        }

        if (!DateOnly.TryParseExact(Cell("Acquired"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var acquired))
        {
            errors.Add(row.Line, "Acquired", Cell("Acquired") is { } text ? $"must be a day, is \"{text}\"" : "is missing", "write it as 2025-02-01");
        }

        if (quantity <= 0)
        {
            errors.Add(row.Line, "Quantity", "must be above 0", "write the units that are left of the lot, or remove the line");
        }

        if (cost < 0)
        {
            errors.Add(row.Line, "UnitCost", "must not be negative", "write what one unit cost, fees included");
        }

        return quantity is > 0 && cost is >= 0 ? (asset, new TaxLot(quantity.Value, cost.Value, acquired)) : null;
    }

    private static int IndexOf(CsvRow header, string column) => header.Cells.ToList().FindIndex(cell => string.Equals(cell, column, StringComparison.OrdinalIgnoreCase));

    private static string ReadText(string path, InputErrors errors)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            errors.Add(0, "", unreadable is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read ({unreadable.Message})", "name a CSV file of tax lots that can be read");
            return "";
        }
    }
}
