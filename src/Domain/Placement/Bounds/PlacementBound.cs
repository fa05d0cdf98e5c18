using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <param name="Value">
/// No plan's objective is below this: base currency, location preferences included, errors of floating point taken off.
/// </param>
/// <param name="Multipliers">The prices that prove it; <see cref="Multipliers.Resources"/> is what cash is worth in each account.</param>
internal sealed record ProvenBound(double Value, Multipliers Multipliers);

/// <summary>Proves how good any plan can be, without a solver: see <see cref="LagrangianRelaxation"/> for what is relaxed.</summary>
internal static class PlacementBound
{
    /// <summary>Nodes of each row's branching while the multipliers are sought, and for the bound that is reported.</summary>
    private const int ClimbingNodes = 100;

    private const int FinalNodes = 2_000;

    /// <param name="target">Objective of a plan, location preferences included: the steps are sized by the distance to it.</param>
    /// <param name="start">Prices to begin with; none begins at 0.</param>
    /// <param name="steps">The work: each costs about as much as looking at every trade a dozen times.</param>
    /// <param name="isRestored">Stage 0 left no shortfall.</param>
    public static ProvenBound Prove(SearchProblem problem, double target, Multipliers? start, int steps, bool isRestored) =>
        Prove(problem, new LagrangianRelaxation(problem, TradeRanges.Of(problem), isRestored), target, start, steps);

    public static ProvenBound Prove(SearchProblem problem, LagrangianRelaxation relaxation, double target, Multipliers? start, int steps)
    {
        var ascent = new MultiplierAscent(relaxation, problem.DeviationWeight);
        ascent.Climb(start ?? Multipliers.None(problem), target, steps, ClimbingNodes);
        var (multipliers, climbed) = (ascent.At!, ascent.Best);
        return new ProvenBound(Math.Max(climbed, relaxation.Bound(multipliers, FinalNodes)), multipliers);
    }
}
