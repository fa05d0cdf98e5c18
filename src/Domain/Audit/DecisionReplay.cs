using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Domain.Audit;

/// <param name="Difference">In words; null when identical.</param>
public sealed record ReplayResult(string? Difference)
{
    public bool IsIdentical => Difference is null;
}

/// <summary>Makes a decision again from what the journal holds of it.</summary>
public static class DecisionReplay
{
    /// <summary>Rebuilds the orders from the journaled inputs and solver answers, and compares them byte for byte.</summary>
    /// <param name="rebuild">The planner fed with recorded answers.</param>
    public static ReplayResult Replay(DecisionRecord record, Func<PlacementProblem, IReadOnlyList<MilpSolution>, Plan> rebuild)
    {
        var decided = record.Decided;
        if (DifferenceOfTargets(record) is { } otherTargets)
        {
            return new ReplayResult(otherTargets);
        }

        var plan = rebuild(decided.Problem, decided.Answers);
        if (DifferenceOfTrades(decided.Plan.Trades, plan.Trades) is { } difference)
        {
            return new ReplayResult(difference);
        }

        // What was sent must be what the plan says, not only what the plan was.
        var sent = record.Dispatched is null ? null : CanonicalJson.Write(record.Dispatched.Parts);
        var rebuilt = CanonicalJson.Write(Deciding.PartsOf(decided.DecisionId, plan));
        return new ReplayResult(sent is null || sent == rebuilt ? null : $"the orders sent were {sent}, rebuilt they are {rebuilt}");
    }

    /// <summary>Computes the targets again from the journaled history, and compares them digit for digit.</summary>
    private static string? DifferenceOfTargets(DecisionRecord record)
    {
        if (record.Decided.TargetsFrom is not { } id)
        {
            return null;
        }

        if (record.Computation is not { } computed)
        {
            return $"its targets come from computation {id}, which is not in the journal";
        }

        var again = TargetComputation.Replay(computed);
        var (was, now, used) = (CanonicalJson.Write(computed.Weights), CanonicalJson.Write(again.Weights), CanonicalJson.Write(record.Decided.Targets));
        return was != now ? $"the targets of {id} were {was}, computed again they are {now}"
            : was != used ? $"the targets of {id} were {was}, and the decision used {used}"
            : null;
    }

    /// <summary>Solves the journaled problem again and compares what the plans achieve: other solvers may find other, equally good plans.</summary>
    public static ReplayResult Resolve(DecisionRecord record, Func<PlacementProblem, PlacementResult> solve)
    {
        var before = record.Decided.Plan;
        var again = solve(record.Decided.Problem).Plan;
        var gap = (decimal)Math.Max(before.GapBasisPoints, Math.Max(again.GapBasisPoints, record.Decided.Problem.GapBasisPoints)) / 10_000 * before.TotalValue;
        var off = Math.Abs(before.Objective - again.Objective);
        return new ReplayResult(off <= gap
            ? null
            : $"the objective was {DecimalText.Format(before.Objective)}, solved again it is {DecimalText.Format(again.Objective)}: " +
              $"{DecimalText.Format(off)} apart, more than the gap of {DecimalText.Format(gap)}");
    }

    private static string? DifferenceOfTrades(IReadOnlyList<PlannedTrade> journaled, IReadOnlyList<PlannedTrade> rebuilt)
    {
        for (var index = 0; index < Math.Max(journaled.Count, rebuilt.Count); index++)
        {
            var was = index < journaled.Count ? OrderOf(journaled[index]) : null;
            var now = index < rebuilt.Count ? OrderOf(rebuilt[index]) : null;
            if (was != now)
            {
                return $"order {index + 1} was {was ?? "not there"}, rebuilt it is {now ?? "not there"}";
            }
        }

        return null;
    }

    /// <summary>The order byte for byte; the words that explain it may become clearer with a later version of this program.</summary>
    private static string OrderOf(PlannedTrade trade) => CanonicalJson.Write(trade with { Reason = "" });
}
