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
    /// <summary>Nodes of each block's branching for the bound that is reported.</summary>
    private const int FinalNodes = 2_000;

    // The prices of the rows are few and settle soon; the splits are many. Most trades have no part in any solution near the best prices:
    // between looks at all of them, only the others are climbed with.
    private const int MostStepsForPrices = 50;
    private const int MostStepsForPricesOfMany = 20;
    private const int StepsToSeeWhatIsUsed = 20;
    private const int Rounds = 2;
    private const int FullStepsARound = 4;
    private const int FewTrades = 200;

    // With many trades the bound stays well below any plan: shorter steps climb faster, and the fewer there are, the shorter.
    private const double LengthOfMany = 0.5;
    private const double LengthOfFewSteps = 0.25;
    private const int FewSteps = 200;

    /// <param name="target">Objective of a plan, location preferences included: the steps are sized by the distance to it.</param>
    /// <param name="start">Prices to begin with; none begins at 0.</param>
    /// <param name="steps">The work: each costs about as much as looking at every trade a dozen times.</param>
    /// <param name="isRestored">Every row is kept: stage 0 left no shortfall, or what it left is in the problem's rooms.</param>
    /// <param name="deadline">Ends the climb early: thousands of assets make a step dear.</param>
    public static ProvenBound Prove(SearchProblem problem, double target, Multipliers? start, int steps, bool isRestored, IDeadline? deadline = null)
    {
        var ranges = TradeRanges.Of(problem, isRestored);
        var relaxation = new LagrangianRelaxation(problem, ranges, isRestored);
        var ascent = new MultiplierAscent(relaxation, problem, ranges, deadline);
        var stepsForPrices = problem.TradeCount <= FewTrades ? MostStepsForPrices : MostStepsForPricesOfMany;
        if (start is not null && !isRestored)
        {
            // The prices are those of rows that are kept. Where some are not, they may be worse than none.
            ascent.Climb(Multipliers.None(problem), target, 1, LagrangianRelaxation.UsualNodes, splits: false);
        }

        ascent.Climb(start ?? Multipliers.None(problem), target, Math.Min(stepsForPrices, 1 + (steps / 3)), LagrangianRelaxation.UsualNodes, splits: false);
        if (problem.TradeCount <= FewTrades || steps <= MostStepsForPrices + StepsToSeeWhatIsUsed)
        {
            ascent.Climb(ascent.At!, target, steps, LagrangianRelaxation.UsualNodes, splits: true);
        }
        else
        {
            relaxation.Used.AsSpan().Clear();
            ascent.Climb(ascent.At!, target, StepsToSeeWhatIsUsed, LagrangianRelaxation.UsualNodes, splits: true, LengthOfFewSteps);
            for (var round = 0; round < Rounds; round++)
            {
                var prices = ClimbWithUsed(problem, relaxation, ranges, target, ascent.At!, steps / Rounds, isRestored, deadline);
                ascent.Climb(prices, target, FullStepsARound, LagrangianRelaxation.UsualNodes, splits: true, LengthOfFewSteps);
            }
        }

        return new ProvenBound(Math.Max(ascent.Best, relaxation.Bound(ascent.At!, FinalNodes)), ascent.At!);
    }

    private static Multipliers ClimbWithUsed(
        SearchProblem problem, LagrangianRelaxation all, TradeRanges ranges, double target, Multipliers start, int steps, bool isRestored, IDeadline? deadline)
    {
        var used = ranges with { Most = [.. ranges.Most.Select((most, side) => all.Used[side / 2] ? most : 0)] };
        var ascent = new MultiplierAscent(new LagrangianRelaxation(problem, used, isRestored), problem, used, deadline);
        ascent.Climb(start, target, steps, LagrangianRelaxation.UsualNodes, splits: true, steps < FewSteps ? LengthOfFewSteps : LengthOfMany);
        return ascent.At!;
    }
}
