namespace Rebalancer.Domain.Placement.Search;

/// <param name="Resources">What one unit of room is worth, by resource row.</param>
/// <param name="Gain">What one unit of room under the gain budget is worth; 0 where there is none.</param>
internal sealed record RoomPrices(double[] Resources, double Gain)
{
    public static RoomPrices None(SearchProblem problem) => new(new double[problem.Room.Length], 0);
}
