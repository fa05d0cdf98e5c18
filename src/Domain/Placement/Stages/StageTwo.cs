using Rebalancer.Domain.Placement.Model;

namespace Rebalancer.Domain.Placement.Stages;

/// <summary>
/// Deviation in money does not care which of several underweight assets gets the next coin. Among the plans as good as stage 1 this takes
/// the one that spreads the money: it minimises Σ deviation² / target, piecewise, so that relative deviations become equal.
/// </summary>
internal static class StageTwo
{
    private const int Nodes = 400;
    private const int FineSegments = 24;
    private const double RelativeGap = 1e-3;

    // Relative deviations of a tenth of a percent are as good as none: this share of the portfolio is not worth searching for.
    private const double ShareNotWorthSearching = 1e-6;

    private const double Tolerance = 1e-7;

    /// <param name="slack">How much worse than <paramref name="first"/> the stage-1 objective may become, scaled.</param>
    /// <returns>Better spread values of the model's columns, or those of stage 1.</returns>
    public static double[] Spread(PlacementModel model, SolverSession session, double[] first, double slack)
    {
        var open = model.Columns.Buys.Concat(model.Columns.Sells).Any(side => side.IsOpen);
        if (!open || model.Portfolio.Rows.Count < 2)
        {
            return first;
        }

        var start = new List<double>(first);
        var penalty = AddPenalty(model, start);
        model.Linear.AddAtMost(model.Objective, model.Objective.At(first) + slack + Tolerance);
        if (model.Portfolio.Problem.OrderPenalty > 0)
        {
            model.Linear.AddAtMost(model.Orders, Math.Round(model.Orders.At(first)));
        }

        double[] point = [.. start];
        var before = penalty.At(point);
        var answer = session.Solve(model.Linear.ToProblem(penalty, point), Nodes, Math.Max(model.Scale.Scaled(model.Portfolio.TotalValue) * ShareNotWorthSearching, before * RelativeGap));
        return answer.Values.Length > 0 && answer.Objective < before ? answer.Values : first;
    }

    /// <summary>Splits each row's deviation into segments of rising slope, and extends the stage-1 point over them.</summary>
    private static LinearSum AddPenalty(PlacementModel model, List<double> start)
    {
        var rows = model.Portfolio.Rows;
        var penalty = new LinearSum();
        var targets = rows.Select(row => model.Scale.Scaled(row.TargetValue > 0 ? row.TargetValue : model.Portfolio.TotalValue / rows.Count)).ToList();
        var widths = Widths(rows.Select((row, index) => Math.Abs(model.Scale.Scaled(row.Gap)) / targets[index]).Max());
        foreach (var (index, (over, under)) in model.DeviationColumns.Index())
        {
            var split = new LinearSum().Add(over, -1).Add(under, -1);
            var (reached, left) = (0.0, start[over] + start[under]);
            foreach (var (segment, width) in widths.Index())
            {
                var size = segment == widths.Count - 1 ? double.PositiveInfinity : width * targets[index];
                var column = model.Linear.AddColumn(0, size);
                split.Add(column, 1);
                penalty.Add(column, reached + (width / 2));
                reached += width;
                start.Add(Math.Min(left, size));
                left -= Math.Min(left, size);
            }

            model.Linear.AddRow(split, 0, 0);
        }

        return penalty;
    }

    /// <summary>
    /// Even steps over the relative deviations below 1 that occur, doubling steps beyond. The same for all rows: only equal slopes
    /// at equal relative deviations make them equal.
    /// </summary>
    private static List<double> Widths(double largest)
    {
        var fine = Math.Clamp(largest, 1e-6, 1) / FineSegments;
        var widths = Enumerable.Repeat(fine, FineSegments).ToList();
        for (var width = fine; widths.Sum() < largest; width *= 2)
        {
            widths.Add(width);
        }

        widths.Add(widths[^1]);
        return widths;
    }
}
