using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>The prices that target weights were computed from, as journaled.</summary>
/// <param name="Times">Beginnings of the frames, oldest first.</param>
public sealed record TargetHistory(TimeFrame Frame, IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<AssetSeries> Series)
{
    public static TargetHistory None { get; } = new(TimeFrame.OneDay, [], []);

    /// <summary>Whether there are prices of a weekend: then the markets never close, and a year has all of its days.</summary>
    public bool NeverCloses => Times.Any(time => time.UtcDateTime.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);

    public HistoryTable ToTable() => new(
        [.. Series.Select(series => series.Asset)], [.. Times.Select(time => time.UtcDateTime)],
        [.. Series.Select(series => series.Prices.Select(price => price is { } value ? (double)value : double.NaN).ToArray())]);
}

/// <param name="Source">Where the prices come from, as <c>BTC/USD at kraken-main</c>.</param>
/// <param name="Prices">In base currency, one a time; null where there is none.</param>
public sealed record AssetSeries(string Asset, string Source, IReadOnlyList<decimal?> Prices)
{
    /// <summary>Whether it is only the market of capm, and nothing to hold.</summary>
    public bool IsMarketOnly { get; init; }
}
