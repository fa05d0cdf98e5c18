using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>Prices of what the relaxation does not enforce. Any values give a valid bound; good ones a close one.</summary>
/// <param name="Resources">Of one unit of room, by resource row; at least 0.</param>
/// <param name="Copies">
/// Of one unit of change that a deviation row gets from trades that belong to another row, by deviation row; 0 where there is none.
/// </param>
/// <param name="Gain">Of one unit of realised gain; at least 0, and 0 where there is no budget.</param>
/// <param name="Value">What the account's copy of an order pays instead of the asset's, for one unit of value, by side.</param>
/// <param name="Order">The same for there being an order, by side.</param>
internal sealed record Multipliers(double[] Resources, double[] Copies, double Gain, double[] Value, double[] Order)
{
    /// <summary>Prices of the rooms and of gains alone.</summary>
    public static Multipliers At(SearchProblem problem, RoomPrices prices) => None(problem) with { Resources = prices.Resources, Gain = prices.Gain };

    public static Multipliers None(SearchProblem problem) =>
        new(new double[problem.Room.Length], new double[problem.Gap.Length], 0, new double[problem.Most.Length], new double[problem.Most.Length]);
}
