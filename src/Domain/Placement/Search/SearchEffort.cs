namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// How much the search works, from the size of the problem and the time limit alone: never from a clock, so that the same problem gets the same
/// plan on a busy machine. The rates are what one core of a few years ago does in a second, with room to spare for what else a plan takes.
/// </summary>
internal sealed record SearchEffort(int RelaxationIterations, long Moves, long SpreadingMoves, int BoundSteps)
{
    private const double MovesInSecond = 820_000;
    private const double SecondsForTrade = 3e-4;
    private const double LeastShareForMoves = 0.25;
    private const double LeastSeconds = 0.1;
    private const long MovesForPairOfFewTrades = 20;
    private const long EnoughMoves = 2_000_000;
    private const long MovesForTrade = 100;
    private const long FewestMoves = 20_000;
    private const long MostMoves = 4_000_000;
    private const double ShareForBound = 0.15;
    private const double ShareForRelaxation = 0.05;
    private const double BoundTradesInSecond = 3_000_000;
    private const double RelaxationTradesInSecond = 40_000_000;
    private const int EnoughIterations = 1_000;
    private const int EnoughBoundSteps = 2_500;

    public static SearchEffort Of(int trades, double timeLimitSeconds)
    {
        var seconds = Math.Max(LeastSeconds, timeLimitSeconds);
        var wanted = Math.Min(MostMoves, Math.Min(MovesForPairOfFewTrades * trades * trades, EnoughMoves + (MovesForTrade * trades)));
        var affordable = (long)(Math.Max(LeastShareForMoves * seconds, seconds - (SecondsForTrade * trades)) * MovesInSecond);
        var moves = Math.Max(FewestMoves, Math.Min(wanted, affordable));
        var size = Math.Max(1, trades);
        return new SearchEffort(
            (int)Math.Clamp(seconds * ShareForRelaxation * RelaxationTradesInSecond / size, 100, EnoughIterations),
            moves,
            moves / 4,
            (int)Math.Clamp(seconds * ShareForBound * BoundTradesInSecond / size, 5, EnoughBoundSteps));
    }
}
