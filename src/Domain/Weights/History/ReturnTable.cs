using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.History;

/// <summary>
/// Returns by asset and day. A missing return is NaN, never zero: the asset was not listed, or the file has no price.
/// </summary>
public sealed class ReturnTable
{
    private readonly double[][] _columns;

    /// <param name="columns">One array an asset, each as long as <paramref name="dates"/>, oldest first; NaN where missing.</param>
    public ReturnTable(IReadOnlyList<string> assets, IReadOnlyList<DateOnly> dates, double[][] columns)
    {
        if (assets.Count != columns.Length || columns.Any(column => column.Length != dates.Count))
        {
            throw new ArgumentException($"expected {assets.Count} columns of {dates.Count} returns", nameof(columns));
        }

        (Assets, Dates, _columns) = (assets, dates, columns);
    }

    public IReadOnlyList<string> Assets { get; }

    public IReadOnlyList<DateOnly> Dates { get; }

    public int Count => Dates.Count;

    /// <summary>All returns of one asset, NaN where missing.</summary>
    public ReadOnlySpan<double> Column(int asset) => _columns[asset];

    /// <summary>The asset's returns without the missing ones, oldest first.</summary>
    public double[] Observed(int asset) => [.. _columns[asset].Where(value => !double.IsNaN(value))];

    public bool IsComplete => !Array.Exists(_columns, column => VectorKernels.ContainsNaN(column));

    /// <summary>Only the days on which every asset has a return.</summary>
    public ReturnTable CompleteRows()
    {
        var rows = Enumerable.Range(0, Count).Where(row => _columns.All(column => !double.IsNaN(column[row]))).ToArray();
        return new ReturnTable(Assets, [.. rows.Select(row => Dates[row])], [.. _columns.Select(column => rows.Select(row => column[row]).ToArray())]);
    }

    /// <summary>Missing returns counted as zero, as the code of the shrinkage papers does.</summary>
    public ReturnTable WithZeros() =>
        new(Assets, Dates, [.. _columns.Select(column => column.Select(value => double.IsNaN(value) ? 0 : value).ToArray())]);
}
