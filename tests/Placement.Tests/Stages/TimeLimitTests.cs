using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;
using Rebalancer.Gateway.Solver;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Stages;

/// <summary>
/// However slow the solver is, a plan comes within its time limit and a second, keeps the rules, and is rebuilt from its answers. Only the solver's
/// answers take time here: the clock stands still during the search and the relaxation, whose limits are work.
/// </summary>
public sealed class TimeLimitTests(SolverFixture fixture)
{
    private const double LimitSeconds = 60;

    [Theory]
    [InlineData(5, 0)]
    [InlineData(29, 0)]
    [InlineData(59.8, 0)]
    [InlineData(1000, 0)]
    [InlineData(1000, 0.5)]
    [InlineData(1000, 100)]
    public void Plan_WithASlowSolver_ComesWithinTheLimitAndASecond(double secondsPerAnswer, double lateSeconds)
    {
        var questions = 0;
        foreach (var problem in Portfolios())
        {
            var (clock, name) = (new SetClock(), $"{problem.Objective} of {problem.Accounts.Count} accounts");
            var solver = new SlowSolver(fixture.Solver, clock, secondsPerAnswer, lateSeconds);

            var result = Planner.Plan(problem, solver, explain: true, new ClockDeadline(clock, LimitSeconds));

            clock.Elapsed.TotalSeconds.ShouldBeLessThan(LimitSeconds + 1, name);
            PlanChecker.Check(problem, result.Plan).ShouldBeEmpty(name);
            result.Plan.Fallback.ShouldBeFalse(name);
            var answers = CanonicalJson.Read<List<MilpSolution>>(CanonicalJson.Write(result.Answers));
            CanonicalJson.Write(Planner.Replay(problem, answers).Plan).ShouldBe(CanonicalJson.Write(result.Plan with { Explanation = null }), name);
            questions += solver.Questions;
        }

        questions.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Plan_WithTimeToSpare_IsTheSameWithAndWithoutADeadline()
    {
        foreach (var problem in Portfolios())
        {
            var clock = new SetClock();

            var timed = Planner.Plan(problem, new SlowSolver(fixture.Solver, clock, 0.01), explain: true, new ClockDeadline(clock, LimitSeconds));

            CanonicalJson.Write(timed).ShouldBe(CanonicalJson.Write(Planner.Plan(problem, fixture.Solver, explain: true)));
        }
    }

    [Fact]
    public void Plan_WhoseBandTheSolverHadNoTimeFor_DoesNotSayThatThereIsNone()
    {
        var clock = new SetClock();

        var plan = Planner.Plan(Banded(), new SlowSolver(fixture.Solver, clock, 1000), explain: true, new ClockDeadline(clock, LimitSeconds)).Plan;

        plan.Warnings.ShouldContain(warning => warning.StartsWith("no plan that was found within the limits", StringComparison.Ordinal));
        plan.Explanation!.Conflicts.ShouldAllBe(conflict => !conflict.IsProven && conflict.Rules.Count > 0);
    }

    [Fact]
    public void Explanation_ThatTheClockEnds_DoesNotSayWhatCashIsWorth()
    {
        var clock = new SetClock();
        var problem = Problem("A 0.4, B 0.5", "A 90, B 11", Account("x", 1000, "", Fractional("A"), Fractional("B", feeRate: 0.01m)));

        var plan = Planner.Plan(problem, new SlowSolver(fixture.Solver, clock, 1000), explain: true, new ClockDeadline(clock, LimitSeconds)).Plan;

        plan.Explanation!.Cash.Single().DeviationPerUnit.ShouldBeNull();
        Planner.Plan(problem, fixture.Solver, explain: true).Plan.Explanation!.Cash.Single().DeviationPerUnit.ShouldNotBeNull();
    }

    /// <summary>What leaves a question to the solver: bands, cash below its reserve that may not be sold for, and what branch and bound does not close.</summary>
    private static IEnumerable<PlacementProblem> Portfolios()
    {
        yield return Banded();
        yield return Banded() with { Band = 0.3m };
        yield return Problem("A 0.5", "A 100", Account("x", 100, "A 20", Shares("A") with { Allow = AllowedSides.Buy }) with { Reserve = 500 });
        for (var seed = 0; seed < 3; seed++)
        {
            yield return RandomProblems.Create(seed, accounts: 3, assets: 4) with { TimeLimitSeconds = LimitSeconds };
        }

        yield return RandomProblems.Create(4, accounts: 3, assets: 4) with { Objective = PlacementObjective.FewestTrades, Band = 0.1m, TimeLimitSeconds = LimitSeconds };
    }

    private static PlacementProblem Banded() => Problem("A 0.5, B 0.3", "A 300, B 10", Account("x", 1000, "", Shares("A"), Shares("B"))) with
    {
        Objective = PlacementObjective.FewestTrades, Band = 0.01m,
    };
}
