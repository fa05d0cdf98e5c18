namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// How much the search works, from the size of the problem and the time limit alone: never from a clock, so that the same problem gets the same
/// plan on a busy machine. The rates are what one core of a few years ago does in a second, with room to spare.
/// </summary>
internal sealed record SearchEffort(int RelaxationIterations, long Moves, long SpreadingMoves, int BoundSteps)
{
    private const double MovesInSecond = 1_000_000;
    private const double LeastSeconds = 0.1;
    private const long MovesForFewTrades = 3_000;
    private const long EnoughMoves = 1_500_000;
    private const long MovesForTrade = 150;
    private const long FewestMoves = 20_000;
    private const long MostMoves = 4_000_000;
    private const double ShareForMoves = 0.4;
    private const double ShareForBound = 0.15;
    private const double ShareForRelaxation = 0.05;
    private const double BoundTradesInSecond = 3_000_000;
    private const double RelaxationTradesInSecond = 40_000_000;
    private const int EnoughIterations = 1_000;
    private const int EnoughBoundSteps = 1_500;

    public static SearchEffort Of(int trades, double timeLimitSeconds)
    {
        var seconds = Math.Max(LeastSeconds, timeLimitSeconds);
        var wanted = Math.Min(MostMoves, Math.Min(MovesForFewTrades * trades, EnoughMoves + (MovesForTrade * trades)));
        var affordable = (long)(seconds * ShareForMoves * MovesInSecond);
        var moves = Math.Max(FewestMoves, Math.Min(wanted, affordable));
        var size = Math.Max(1, trades);
        return new SearchEffort(
            (int)Math.Clamp(seconds * ShareForRelaxation * RelaxationTradesInSecond / size, 100, EnoughIterations),
            moves,
            moves / 4,
            (int)Math.Clamp(seconds * ShareForBound * BoundTradesInSecond / size, 5, EnoughBoundSteps));
    }
}
