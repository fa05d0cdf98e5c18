namespace Rebalancer.Host.Backtest;

/// <summary>What happened to one way of running the money.</summary>
/// <param name="Invested">Holdings by account and asset once the first orders were filled; null when none were.</param>
internal sealed record PlayedHistory(
    IReadOnlyList<BacktestSample> Samples, IReadOnlyList<BacktestDecision> Decisions, IReadOnlyList<BacktestFill> Fills, IReadOnlyList<string> Halts,
    SortedDictionary<string, SortedDictionary<string, decimal>>? Invested)
{
    /// <summary>One history of several that were played apart, over the same rows.</summary>
    public static PlayedHistory Together(IReadOnlyList<PlayedHistory> parts) => new(
        [.. Enumerable.Range(0, parts[0].Samples.Count).Select(row => BacktestSample.Together([.. parts.Select(part => part.Samples[row])]))],
        [.. parts.SelectMany(part => part.Decisions).OrderBy(decision => decision.At)],
        [.. parts.SelectMany(part => part.Fills).OrderBy(fill => fill.At)],
        [.. parts.SelectMany(part => part.Halts)], null);

    /// <summary>After the first moment, up to the second; fills come in order of time.</summary>
    public IReadOnlyList<BacktestFill> FillsBetween(DateTimeOffset after, DateTimeOffset until)
    {
        var (first, end) = (FirstAfter(after), FirstAfter(until));
        return [.. Enumerable.Range(first, end - first).Select(index => Fills[index])];
    }

    /// <summary>Of all fills up to each sample's day and the night after it.</summary>
    public IReadOnlyList<decimal> RunningSum(Func<BacktestFill, decimal> of)
    {
        var (sums, sum, next) = (new List<decimal>(Samples.Count), 0m, 0);
        for (var row = 0; row < Samples.Count; row++)
        {
            var until = row + 1 < Samples.Count ? Samples[row + 1].At : DateTimeOffset.MaxValue;
            while (next < Fills.Count && Fills[next].At < until)
            {
                sum += of(Fills[next++]);
            }

            sums.Add(decimal.Round(sum, 2));
        }

        return sums;
    }

    private int FirstAfter(DateTimeOffset moment)
    {
        var (low, high) = (0, Fills.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Fills[middle].At <= moment ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

/// <param name="At">Date of the row.</param>
/// <param name="Value">In base currency, at the row's prices.</param>
/// <param name="ByAsset">What <paramref name="Value"/> is made of, cash included.</param>
internal sealed record BacktestSample(DateTimeOffset At, decimal Value, SortedDictionary<string, decimal> ByAsset)
{
    public static BacktestSample Together(IReadOnlyList<BacktestSample> parts)
    {
        var sums = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (asset, value) in parts.SelectMany(part => part.ByAsset))
        {
            sums[asset] = sums.GetValueOrDefault(asset) + value;
        }

        return new BacktestSample(parts[0].At, parts.Sum(part => part.Value), sums);
    }
}
