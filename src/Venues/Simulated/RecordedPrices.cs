namespace Rebalancer.Venues.Simulated;

/// <summary>
/// Prices that were: one row a moment, none before it is due. A row that stands for a day is due at <see cref="DayDueAt"/> of that day, so that
/// whoever reads bars then has only those of the days before it.
/// </summary>
public sealed class RecordedPrices
{
    /// <summary>Time of day, UTC, at which the row of a day becomes the quote: after New York's close in summer and winter.</summary>
    public static readonly TimeSpan DayDueAt = TimeSpan.FromHours(21);

    private readonly SortedDictionary<string, decimal[]> _prices = new(StringComparer.Ordinal);

    /// <param name="times">UTC, ascending; midnight where a row stands for a day.</param>
    /// <param name="columns">By asset, as long as <paramref name="times"/>; zero where there is no price.</param>
    public RecordedPrices(IReadOnlyList<DateTime> times, IReadOnlyDictionary<string, decimal[]> columns)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(columns);
        Rows = [.. times.Select(time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)))];
        Due = [.. Rows.Select(row => row.TimeOfDay == TimeSpan.Zero ? row + DayDueAt : row)];
        foreach (var (asset, prices) in columns)
        {
            _prices.Add(asset, prices);
        }
    }

    /// <summary>What the rows are dated.</summary>
    public IReadOnlyList<DateTimeOffset> Rows { get; }

    /// <summary>When each row's prices become known.</summary>
    public IReadOnlyList<DateTimeOffset> Due { get; }

    public IEnumerable<string> Assets => _prices.Keys;

    public bool Knows(string asset) => _prices.ContainsKey(asset);

    /// <summary>The latest row that is due; −1 when none is.</summary>
    public int RowAt(DateTimeOffset moment)
    {
        var (low, high) = (0, Due.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Due[middle] <= moment ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    /// <summary>The asset's price in that row; null where the row has none.</summary>
    public decimal? InRow(string asset, int row) => row >= 0 && _prices[asset][row] is var price and > 0 ? price : null;

    /// <summary>The latest row up to that one in which the asset has a price, or −1.</summary>
    public int LastPriced(string asset, int row)
    {
        while (row >= 0 && _prices[asset][row] <= 0)
        {
            row--;
        }

        return row;
    }
}
