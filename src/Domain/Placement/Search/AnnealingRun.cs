namespace Rebalancer.Domain.Placement.Search;

/// <summary>One of the runs that a search's moves are spent on.</summary>
/// <param name="Heat">How much hotter than usual it begins.</param>
/// <param name="FromBest">Whether it begins with the best plan so far, or with the start of the search.</param>
internal sealed record AnnealingRun(long Moves, double Heat, bool FromBest)
{
    // A run settles in a valley that it seldom leaves. Where moves are plenty, several hotter runs find the better valley and one from the best of
    // them its floor; where they are few, cooling once and slowly is better. Measured on portfolios of 10 to 100 accounts.
    private const int MovesForTradeAndStart = 1_100;
    private const int MostStarts = 3;
    private const double HeatOfStarts = 2;
    private const double HeatFromBest = 0.6;
    private const double ShareOfStarts = 0.6;
    private const double ShareFromBest = 0.25;

    // The hottest run forgets the relaxation, which misleads where lots are dear or a budget binds.
    private const double HeatOfLast = 30;
    private const double ShareOfLast = 0.15;

    public static IReadOnlyList<AnnealingRun> Of(long moves, int trades)
    {
        AnnealingRun Run(double share, double heat, bool fromBest = false) => new((long)(share * moves), heat, fromBest);
        var last = Run(ShareOfLast, HeatOfLast);
        var starts = (int)Math.Clamp(moves / (MovesForTradeAndStart * (long)Math.Max(1, trades)), 1, MostStarts);
        return starts == 1
            ? [Run(ShareOfStarts + ShareFromBest, 1), last]
            : [.. Enumerable.Repeat(Run(ShareOfStarts / starts, HeatOfStarts), starts), Run(ShareFromBest, HeatFromBest, fromBest: true), last];
    }
}
