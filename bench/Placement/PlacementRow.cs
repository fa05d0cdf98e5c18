namespace Rebalancer.Bench.Placement;

/// <summary>One plan of one portfolio, with what it took and how good it is. Money in base currency, gaps in basis points of total value.</summary>
/// <param name="Value">Total value, V.</param>
/// <param name="Milliseconds">From the problem to the checked plan, with a warm process.</param>
/// <param name="FirstPlanMilliseconds">The same with a time limit so short that the first valid plan is the answer.</param>
/// <param name="ProvenGap">Objective less the plan's own bound.</param>
/// <param name="GapToBestBound">Objective less the best bound known of this portfolio; null where none is stored.</param>
/// <param name="AboveBestPlan">Objective less that of the best plan known.</param>
/// <param name="SolverPeakMebibytes">Most memory the solver process has ever had; null where the system does not tell.</param>
internal sealed record PlacementRow(
    string Bench, int Accounts, int Assets, int Seed, double Value, int Trades, double Milliseconds, double FirstPlanMilliseconds, double Objective, double? Bound,
    double ProvenGap, double? BestBound, double? GapToBestBound, double? BestObjective, double? AboveBestPlan, double? SolverPeakMebibytes);

/// <summary>The medians of a size's rows.</summary>
internal sealed record PlacementMedian(
    string Bench, int Accounts, int Assets, int Seeds, double Milliseconds, double FirstPlanMilliseconds, double ProvenGap, double? GapToBestBound, double? AboveBestPlan)
{
    public static PlacementMedian Of(IReadOnlyList<PlacementRow> rows) => new(
        "placement median", rows[0].Accounts, rows[0].Assets, rows.Count, Median(rows, row => row.Milliseconds)!.Value, Median(rows, row => row.FirstPlanMilliseconds)!.Value,
        Median(rows, row => row.ProvenGap)!.Value, Median(rows, row => row.GapToBestBound), Median(rows, row => row.AboveBestPlan));

    /// <summary>Null where a row has no figure: a median of the others would flatter or slander.</summary>
    private static double? Median(IReadOnlyList<PlacementRow> rows, Func<PlacementRow, double?> figure)
    {
        var sorted = rows.Select(figure).Order().ToList();
        return sorted.Contains(null) ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
