using Rebalancer.Domain.Placement;
using Rebalancer.Placement.Tests.Search;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Explanation;

/// <summary>What cannot all be kept is said as the owner's rules that exclude it together, and no rule more.</summary>
public sealed class ConflictTests(SolverFixture fixture)
{
    [Fact]
    public void Conflict_OfABandThatLotsCannotMeet_NamesTheLotsOfThatAssetAlone()
    {
        var problem = Problem("A 0.5, B 0.3", "A 300, B 10", Account("x", 1000, "", Shares("A"), Shares("B"))) with
        {
            Objective = PlacementObjective.FewestTrades, Band = 0.01m,
        };

        var conflict = Explain(problem).Single();

        conflict.Goal.ShouldContain("within 1 %");
        conflict.Rules.Single().Rule.ShouldBe("A trades in lots of 1 (300.00 USD) in x");
        conflict.IsProven.ShouldBeTrue();
    }

    [Fact]
    public void Conflict_OfCashThatCannotBeRestored_NamesTheClosedMarketAndTheReserve()
    {
        var market = Shares("A") with { Allow = AllowedSides.Buy };
        var problem = Problem("A 0.5", "A 100", Account("x", 100, "A 20", market) with { Reserve = 500 });

        var conflict = Explain(problem).Single();

        conflict.Goal.ShouldContain("the cash of x");
        conflict.Rules.Select(rule => rule.Rule).ShouldBe(["A may not be sold in x", "x keeps a reserve of 500.00 USD"]);
    }

    [Fact]
    public void Conflict_LiftingAnyOfItsRules_EndsIt()
    {
        var market = Shares("A") with { Allow = AllowedSides.Buy };
        var problem = Problem("A 0.2", "A 100", Account("x", 100, "A 20", market) with { Caps = Amounts("A 900"), Cap = 5000 });

        Explain(problem).Single().Rules.Select(rule => rule.Rule).ShouldBe(["A may not be sold in x", "x holds at most 900.00 USD of A"]);
        Explain(problem with { Accounts = [problem.Accounts[0] with { Caps = [] }] }).ShouldBeEmpty();
        Explain(problem with { Accounts = [problem.Accounts[0] with { Markets = [Shares("A")] }] }).ShouldBeEmpty();
    }

    [Fact]
    public void Conflict_WhereEverythingCanBeKept_IsNone() =>
        Explain(Problem("A 0.5", "A 100", Account("x", 1000, "", Shares("A")))).ShouldBeEmpty();

    [Fact]
    public void Conflict_WhereverTheSolverGivesUp_KeepsTheRulesThatAreNotRuledOut()
    {
        var problem = Problem("A 0.5", "A 100", Account("x", 100, "A 20", Shares("A") with { Allow = AllowedSides.Buy }) with { Reserve = 500 });
        var all = Explain(problem).Single();
        var unproven = 0;
        for (var answers = 0; answers < 20; answers++)
        {
            foreach (var conflict in Planner.Plan(problem, new TiredSolver(fixture.Solver, answers), explain: true).Plan.Explanation!.Conflicts)
            {
                unproven += conflict.IsProven ? 0 : 1;
                conflict.Rules.Count.ShouldBeGreaterThanOrEqualTo(all.Rules.Count, $"after {answers} answers");
            }
        }

        unproven.ShouldBePositive();
    }

    [Fact]
    public void Conflict_WhoseRestorationTheLimitsEnded_IsNotCalledTheSmallest()
    {
        var problem = Problem("A 0.5", "A 100", Account("x", 100, "A 20", Shares("A") with { Allow = AllowedSides.Buy }) with { Reserve = 500 });

        var conflict = Planner.Plan(problem, new HastySolver(fixture.Solver), explain: true).Plan.Explanation!.Conflicts.Single();

        conflict.IsProven.ShouldBeFalse();
    }

    private IReadOnlyList<RuleConflict> Explain(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver, explain: true).Plan.Explanation!.Conflicts;
}

/// <summary>A solver whose limits end it before it finds anything, once it has given so many answers.</summary>
internal sealed class TiredSolver(IMilpSolver solver, int answers) : IMilpSolver
{
    private int _left = answers;

    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) =>
        _left-- > 0 ? solver.Solve(problem, limits) : new StoppedSolver().Solve(problem, limits);
}

/// <summary>A solver whose limits end it with what it has found by then.</summary>
internal sealed class HastySolver(IMilpSolver solver) : IMilpSolver
{
    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) =>
        solver.Solve(problem, limits) is { Values.Length: > 0 } answer ? answer with { Status = MilpStatus.Feasible, Stop = MilpStop.Work } : new StoppedSolver().Solve(problem, limits);
}
