using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement.Explanation.Conflicts;

/// <summary>
/// Why something cannot be had, as the smallest set of rules that together exclude it: a deletion filter (Chinneck, "Feasibility and
/// Infeasibility in Optimization", 2008) over the rules as their owner wrote them. First whole kinds of rules are left out one by one, then the
/// rules of the kinds that remain; whatever the goal stays out of reach without is no part of the conflict.
/// </summary>
internal sealed class ConflictFinder(Portfolio portfolio, SolverSession session)
{
    // Beyond these a conflict would take longer to find than the plan.
    private const int MostOptions = 600;
    private const int MostQuestions = 120;

    private readonly IReadOnlyList<RuleGroup> _rules = new OwnerRules(portfolio).List();
    private int _questions;

    public IReadOnlyList<RuleConflict> Find(PlanDraft draft)
    {
        if (portfolio.Options.Count > MostOptions)
        {
            return [];
        }

        var conflicts = new List<RuleConflict>();
        foreach (var shortfall in draft.Warnings.Where(StageZero.IsShortfall))
        {
            conflicts.Add(Explain(Goals.Restore(shortfall)));
        }

        if (draft.FallbackObjective is not null)
        {
            conflicts.Add(Explain(Goals.Band(portfolio)));
        }
        else if (draft.Status == PlanStatus.Infeasible)
        {
            conflicts.Add(Explain(Goals.AnyPlan));
        }

        return conflicts;
    }

    private RuleConflict Explain(Goal goal)
    {
        _questions = 0;
        var kinds = Filter(goal, [.. _rules], []);
        var rules = Filter(goal, [.. kinds.SelectMany(kind => kind.Parts.Count == 0 ? [kind] : kind.Parts)], [.. _rules.Except(kinds)]);
        return new RuleConflict(goal.Words, [.. rules.Select(rule => new ConflictingRule(rule.Rule, rule.Change))], _questions < MostQuestions);
    }

    /// <summary>Leaves out one group after another for good, as long as the goal stays out of reach.</summary>
    private List<RuleGroup> Filter(Goal goal, List<RuleGroup> groups, IReadOnlyList<RuleGroup> lifted)
    {
        var without = lifted.ToList();
        foreach (var group in groups.ToList())
        {
            if (_questions++ < MostQuestions && IsOutOfReach(goal, Lift([.. without, group])))
            {
                groups.Remove(group);
                without.Add(group);
            }
        }

        return groups;
    }

    private bool IsOutOfReach(Goal goal, PlacementProblem problem)
    {
        try
        {
            return !goal.IsReached(problem, session);
        }
        catch (UnsolvedException)
        {
            // Whether the goal is reached nobody knows: the rule stays, nothing more is asked, and the set is not called the smallest.
            _questions = MostQuestions;
            return false;
        }
    }

    private PlacementProblem Lift(IEnumerable<RuleGroup> groups) => groups.Aggregate(portfolio.Problem, (problem, group) => group.Lift(problem));
}

/// <param name="Words">What cannot be reached.</param>
/// <param name="IsReached">Whether a problem with some rules lifted reaches it.</param>
internal sealed record Goal(string Words, Func<PlacementProblem, SolverSession, bool> IsReached);

/// <summary>What can turn out to be impossible.</summary>
internal static class Goals
{
    private const int Nodes = 20_000;

    // Any plan will do, so the first that is found ends the search.
    private const double AnyGap = 1e12;

    public static readonly Goal AnyPlan = new("no plan keeps all the rules", (problem, session) => Try(problem, session, (model, _) => HasPlan(model, session)));

    /// <summary>Cash above its floor, or a value under its cap.</summary>
    public static Goal Restore(string warning) => new(warning, (problem, session) => Try(problem, session, (_, warnings) => !warnings.Contains(warning, StringComparer.Ordinal)));

    public static Goal Band(Portfolio portfolio) => new(
        $"no plan brings every weight within {portfolio.Problem.Band * 100:0.##} % of its target",
        (problem, session) => Try(problem with { Objective = PlacementObjective.FewestTrades }, session, (model, _) =>
        {
            FewestTrades.AddBand(model);
            return HasPlan(model, session);
        }));

    private static bool Try(PlacementProblem problem, SolverSession session, Func<PlacementModel, IReadOnlyList<string>, bool> isReached)
    {
        var model = new PlacementModel(new Portfolio(problem));
        var answered = session.Answers.Count;
        try
        {
            if (isReached(model, StageZero.Restore(model, session)))
            {
                return true;
            }
        }
        catch (PlacementInputException)
        {
            // Without any trade that keeps the limits nothing is reached either.
            return false;
        }

        // What limits ended is no proof: a longer look might have reached it.
        return session.Answers.Skip(answered).All(answer => answer.Stop == MilpStop.Gap) ? false : throw new UnsolvedException();
    }

    private static bool HasPlan(PlacementModel model, SolverSession session) =>
        session.Solve(model.Linear.ToProblem(new LinearSum(), null), Nodes, AnyGap).Values.Length > 0;
}
