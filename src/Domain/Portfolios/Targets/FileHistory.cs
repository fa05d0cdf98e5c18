using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>A price file as the history of targets. The lookback ends at the file's last row: who names a file means that file.</summary>
public static class FileHistory
{
    /// <param name="assets">Wanted of it.</param>
    public static HistoryOutcome Read(PortfolioSettings settings, HistoryFile file, IReadOnlyList<(string Asset, bool IsMarketOnly)> assets, DateTimeOffset now)
    {
        var (computed, history, table) = (settings.Targets.Computed!, settings.History, file.Table);
        var missing = assets.Select(entry => entry.Asset).Where(asset => !table.Assets.Contains(asset)).ToList();
        if (missing.Count > 0)
        {
            return new HistoryOutcome.Missing([.. missing.Select(asset => $"history of {asset}: {history.File} has no column of it; add one, or leave the asset out")]);
        }

        var warnings = file.Warnings.ToList();
        var since = table.Times[^1] - TimeSpan.FromDays(computed.LookbackDays);
        int[] rows = [.. Enumerable.Range(0, table.Times.Count).Where(row => table.Times[row] >= since)];
        if (table.Times[0] > since + history.Frame.Length())
        {
            warnings.Add($"{history.File} has {(table.Times[^1] - table.Times[0]).Days} days of history, less than the {computed.LookbackDays} days asked for");
        }

        var age = now.UtcDateTime - table.Times[^1];
        if (age > TimeSpan.FromDays(7) + history.Frame.Length())
        {
            warnings.Add($"{history.File} ends on {HistoryTable.Text(table.Times[^1])}, {age.Days} days ago");
        }

        var columns = assets.Select(asset => (table.Assets.Index().First(entry => entry.Item == asset.Asset).Index, asset.IsMarketOnly)).ToList();
        var without = columns.Where(column => rows.Count(row => table.Columns[column.Index][row] > 0) < 2).Select(column => table.Assets[column.Index]).ToList();
        return without.Count > 0
            ? new HistoryOutcome.Missing([.. without.Select(asset => $"history of {asset}: {history.File} has fewer than two prices of it in the lookback; add them, or leave the asset out")])
            : new HistoryOutcome.Ready(
                new TargetHistory(
                    history.Frame, [.. rows.Select(row => new DateTimeOffset(table.Times[row], TimeSpan.Zero))],
                    [.. columns.Select(column => new AssetSeries(
                        table.Assets[column.Index], history.File!, [.. rows.Select(row => ToPrice(table.Columns[column.Index][row]))]) { IsMarketOnly = column.IsMarketOnly })]),
                warnings);
    }

    private static decimal? ToPrice(double value) => double.IsNaN(value) ? null : (decimal)value;
}
