using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement.Positions;

namespace Rebalancer.Venues.Manual;

/// <summary>What a file of positions says.</summary>
/// <param name="Prices">Of assets that the file prices; dated at midnight UTC of its own date, or null where it has none.</param>
public sealed record PositionFile(IReadOnlyList<Balance> Balances, IReadOnlyList<FilePrice> Prices)
{
    /// <exception cref="InvalidInputException">Anything in the text is wrong; each mistake with its line and column.</exception>
    public static PositionFile Read(string text, string file, ManualAccountOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new InputErrors();
        var rows = CsvText.Read(text, errors);
        var read = new PositionReading(options, errors);
        if (rows.Count == 0)
        {
            errors.Add(0, "", "is empty", "give a header Symbol,Quantity and a line for each position");
        }
        else if (PositionColumns.Find(rows[0], options.Columns, errors) is { } columns)
        {
            read.Rows(rows, columns);
        }

        errors.ThrowIfAny(file);
        return read.Result();
    }
}

/// <param name="At">Null: as old as the file.</param>
public sealed record FilePrice(MarketId Market, decimal Price, DateTimeOffset? At);
