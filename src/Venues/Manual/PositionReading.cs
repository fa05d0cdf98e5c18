using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement.Positions;

namespace Rebalancer.Venues.Manual;

/// <summary>Adds up the rows of a file of positions, and reports what is wrong with each.</summary>
internal sealed class PositionReading(ManualAccountOptions options, InputErrors errors)
{
    /// <summary>Brokers that name the class of cash do so with one of these.</summary>
    private static readonly string[] CashClasses = ["CASH", "CURRENCY", "MONEY"];

    private static readonly string[] Money =
        ["AUD", "CAD", "CHF", "CNH", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "SEK", "SGD", "USD", "ZAR"];

    private static readonly string[] DateFormats = ["yyyy-MM-dd", "yyyyMMdd", "MM/dd/yyyy"];

    private readonly SortedDictionary<string, (decimal Quantity, bool IsCurrency)> _held = new(StringComparer.Ordinal);
    private readonly SortedDictionary<MarketId, FilePrice> _prices = new(Comparer<MarketId>.Create(
        (one, other) => string.CompareOrdinal(one.ToString(), other.ToString())));

    public void Rows(IReadOnlyList<CsvRow> rows, PositionColumns columns)
    {
        // A Flex Query may list each position twice: in sum and lot by lot.
        var hasSummaries = rows.Skip(1).Any(row => row.Cells.Count == rows[0].Cells.Count && IsSummary(columns.Cell(row, "level")));
        var ofAccount = 0;
        foreach (var row in rows.Skip(1))
        {
            if (row.Cells.Count != rows[0].Cells.Count)
            {
                errors.Add(
                    row.Line, "", $"has {row.Cells.Count} cells, the header {rows[0].Cells.Count}",
                    "quote numbers that hold a comma, and export one section only, without section codes and trailers");
            }
            else if (options.Account is not { } wanted || columns.Cell(row, "account") == wanted)
            {
                ofAccount++;
                if (!hasSummaries || IsSummary(columns.Cell(row, "level")))
                {
                    Row(row, columns);
                }
            }
        }

        if (options.Account is { } account && ofAccount == 0)
        {
            errors.Add(rows[0].Line, columns.Name("account"), $"no row is of account {account}", "correct options.account, or export that account too");
        }
    }

    public PositionFile Result()
    {
        foreach (var (currency, amount) in options.Cash)
        {
            _held[currency] = (_held.GetValueOrDefault(currency).Quantity + amount, true);
        }

        return new PositionFile(
            [.. _held.Where(entry => entry.Value.Quantity != 0).Select(entry => new Balance(entry.Key, entry.Value.Quantity, 0, 0, entry.Value.IsCurrency))],
            [.. _prices.Values]);
    }

    private static bool IsSummary(string? level) => string.Equals(level, "SUMMARY", StringComparison.OrdinalIgnoreCase);

    private void Row(CsvRow row, PositionColumns columns)
    {
        if (columns.Cell(row, "asset") is not { } asset)
        {
            errors.Add(row.Line, columns.Name("asset"), "is missing", "name the asset");
            return;
        }

        var price = columns.Cell(row, "price") is { } text ? CsvNumber.Read(row, columns.Name("price"), text, errors) : null;
        if (Quantity(row, columns, price) is not { } quantity)
        {
            return;
        }

        var isCurrency = Money.Contains(asset) || options.Cash.ContainsKey(asset)
            || (columns.Cell(row, "class") is { } assetClass && CashClasses.Contains(assetClass, StringComparer.OrdinalIgnoreCase));
        if (quantity < 0 && !isCurrency)
        {
            errors.Add(row.Line, columns.Name("quantity"), "must not be negative: short positions cannot be counted", "remove the line");
            return;
        }

        // Several lots or exchanges of one asset are one holding.
        _held[asset] = (_held.GetValueOrDefault(asset).Quantity + quantity, isCurrency);
        if (price > 0 && columns.Cell(row, "currency") is { } currency && !isCurrency)
        {
            var market = new MarketId(asset, currency);
            _prices[market] = new FilePrice(market, price.Value, Date(row, columns));
        }
    }

    private decimal? Quantity(CsvRow row, PositionColumns columns, decimal? price)
    {
        if (columns.Has("quantity"))
        {
            return CsvNumber.Read(row, columns.Name("quantity"), columns.Cell(row, "quantity"), errors);
        }

        var value = CsvNumber.Read(row, columns.Name("value"), columns.Cell(row, "value"), errors);
        if (price is > 0 && value is { } worth)
        {
            return new BrokerPosition("", "", worth, price.Value, null).Quantity;
        }

        if (value is not null)
        {
            errors.Add(row.Line, columns.Name("price"), "must be above 0", "without a column of quantities, every line needs its price");
        }

        return null;
    }

    private DateTimeOffset? Date(CsvRow row, PositionColumns columns)
    {
        if (columns.Cell(row, "date") is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        }

        errors.Add(row.Line, columns.Name("date"), $"must be a date, is \"{text}\"", "write it as 2026-11-21");
        return null;
    }
}
