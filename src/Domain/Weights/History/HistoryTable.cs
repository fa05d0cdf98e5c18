using System.Globalization;

namespace Rebalancer.Domain.Weights.History;

/// <summary>Prices or returns by asset and time, oldest first.</summary>
/// <param name="Times">UTC; midnight where a row stands for a day.</param>
/// <param name="Columns">One array an asset, as long as <paramref name="Times"/>; NaN where there is no value.</param>
public sealed record HistoryTable(IReadOnlyList<string> Assets, IReadOnlyList<DateTime> Times, double[][] Columns)
{
    /// <summary>The row's time as a person would write it: the date, and the time of day where there is one.</summary>
    public static string Text(DateTime time) =>
        time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
