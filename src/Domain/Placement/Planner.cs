using Rebalancer.Domain.Placement.Checking;
using Rebalancer.Domain.Placement.Explanation;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Finds the trades, over all accounts at once, that bring the portfolio nearest its targets at least cost (PLACEMENT.md), checks them
/// and says why. The same problem and the same answers of the solver give the same plan, byte for byte.
/// </summary>
public static class Planner
{
    /// <param name="explain">Whether the plan comes with its <see cref="PlanExplanation"/>, which takes some more work.</param>
    /// <param name="deadline">Ends a search that takes far longer than its work should; the best plan so far is taken.</param>
    /// <exception cref="PlacementInputException">The problem contradicts itself or uses a rule that placement does not know.</exception>
    /// <exception cref="InvalidPlanException">The plan breaks a rule and is withheld.</exception>
    public static PlacementResult Plan(PlacementProblem problem, IMilpSolver solver, bool explain = false, IDeadline? deadline = null)
    {
        ProblemRules.Check(problem);
        var portfolio = new Portfolio(problem);
        var session = new SolverSession(solver, problem.TimeLimitSeconds, deadline);
        var draft = Draft(portfolio, session);
        var plan = PlanWriter.Write(portfolio, draft, explain ? (state, judged) => Explainer.Explain(state, judged, session) : null);
        var violations = PlanChecker.Check(problem, plan);
        return violations.Count == 0 ? new PlacementResult(plan, session.Answers) : throw new InvalidPlanException(violations);
    }

    /// <summary>Rebuilds a plan from the journaled answers; a fall-back that was caused by a missing answer is rebuilt too.</summary>
    public static PlacementResult Replay(PlacementProblem problem, IReadOnlyList<MilpSolution> answers) => Plan(problem, new RecordedSolver(answers));

    private static PlanDraft Draft(Portfolio portfolio, SolverSession session)
    {
        if (portfolio.TotalValue <= 0)
        {
            return PlanDraft.Nothing(portfolio, portfolio.TotalValue == 0 ? [] : ["the portfolio is worth less than nothing; nothing is traded"]);
        }

        if (portfolio.Problem.Objective == PlacementObjective.Simple)
        {
            return PlanDraft.Simple(portfolio, fallback: false, []);
        }

        try
        {
            return SolverPlacement.Place(portfolio, session);
        }
        catch (SolverUnavailableException unavailable)
        {
            return PlanDraft.Simple(portfolio, fallback: true, [$"the simple method stands in: {unavailable.Message}"]);
        }
    }
}
