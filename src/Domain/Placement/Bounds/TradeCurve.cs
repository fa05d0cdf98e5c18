namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>What a point of a trade's curve stands for: which side trades, and how much.</summary>
/// <param name="Change">Of the deviation row.</param>
/// <param name="Side">Side of <see cref="Search.SearchProblem"/>; −1 where nothing is traded.</param>
internal readonly record struct CurvePoint(double Change, double Cost, int Side, double Value);

/// <summary>Lower convex hulls of points, in place.</summary>
internal static class TradeCurve
{
    /// <summary>Sorts the points by change and keeps those on the lower convex hull.</summary>
    /// <returns>How many are kept, at the front.</returns>
    public static int Hull(Span<CurvePoint> points)
    {
        SortByChange(points);
        var kept = 0;
        foreach (var point in points)
        {
            if (kept > 0 && points[kept - 1].Change == point.Change)
            {
                if (points[kept - 1].Cost <= point.Cost)
                {
                    continue;
                }

                kept--;
            }

            while (kept >= 2 && !IsBelowChord(points[kept - 2], points[kept - 1], point))
            {
                kept--;
            }

            points[kept++] = point;
        }

        return kept;
    }

    private static bool IsBelowChord(CurvePoint left, CurvePoint middle, CurvePoint right) =>
        (middle.Cost - left.Cost) * (right.Change - left.Change) < (right.Cost - left.Cost) * (middle.Change - left.Change);

    /// <summary>Insertion sort: a curve has a handful of points and they are nearly in order.</summary>
    private static void SortByChange(Span<CurvePoint> points)
    {
        for (var next = 1; next < points.Length; next++)
        {
            var point = points[next];
            var at = next;
            for (; at > 0 && points[at - 1].Change > point.Change; at--)
            {
                points[at] = points[at - 1];
            }

            points[at] = point;
        }
    }
}
