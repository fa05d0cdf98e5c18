namespace Rebalancer.Domain.Placement.Search;

/// <param name="Resources">What one unit of room is worth, by resource row.</param>
/// <param name="Gain">What one unit of room under the gain budget is worth; 0 where there is none.</param>
internal sealed record RoomPrices(double[] Resources, double Gain)
{
    private const double LargestInDeviations = 100;
    private const double LeastWeight = 0.1;

    /// <summary>
    /// No unit of room is worth more than a hundred of deviation: a price beyond that is none, but the sign of rows that cannot be kept together, and would
    /// grow without end.
    /// </summary>
    public static double Largest(SearchProblem problem) => LargestInDeviations * Math.Max(LeastWeight, problem.DeviationWeight);

    public static RoomPrices None(SearchProblem problem) => new(new double[problem.Room.Length], 0);
}
