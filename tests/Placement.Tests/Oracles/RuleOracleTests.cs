using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>Small problems over all rules: no plan of anyone's is better, and none of the program's breaks a rule.</summary>
public sealed class RuleOracleTests(SolverFixture fixture, ITestOutputHelper output)
{
    /// <summary>How many problems are tried; <c>PLACEMENT_ORACLE_PROBLEMS=10000</c> tries more.</summary>
    public static int Problems => int.Parse(Environment.GetEnvironmentVariable("PLACEMENT_ORACLE_PROBLEMS") ?? "1000", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Plan_UnderAnyMixOfRules_CannotBeBeatenByTryingEverything()
    {
        var (failures, coverage, tried, empty) = (new List<string>(), new SortedDictionary<string, int>(), 0, 0);
        for (var seed = 0; tried < Problems; seed++)
        {
            var (problem, rules) = RuleMix.Create(seed);
            var oracle = new ExhaustiveOracle(problem);
            var best = oracle.Best(out var isTooLarge);
            if (isTooLarge || new Ledger(problem).Value <= 0)
            {
                continue;
            }

            tried++;
            empty += best is null ? 1 : 0;
            foreach (var rule in rules)
            {
                coverage[rule] = coverage.GetValueOrDefault(rule) + 1;
            }

            if (Fault(problem, oracle, best) is { } fault)
            {
                failures.Add($"seed {seed}: {fault}; {string.Join(", ", rules)}");
            }
        }

        output.WriteLine($"{tried} problems, {empty} without any plan; rule: problems with it");
        foreach (var (rule, count) in coverage)
        {
            output.WriteLine($"{rule}: {count}");
        }

        string.Join('\n', failures).ShouldBeEmpty();
        coverage.Count.ShouldBe(RuleMix.Rules.Count);
    }

    private string? Fault(PlacementProblem problem, ExhaustiveOracle oracle, Verdict? best)
    {
        Plan plan;
        try
        {
            plan = Planner.Plan(problem, fixture.Solver).Plan;
        }
        catch (Exception exception) when (exception is PlacementInputException or InvalidPlanException)
        {
            return best is null && exception is PlacementInputException ? null : exception.Message;
        }

        if (PlanChecker.Check(problem, plan) is [var broken, ..])
        {
            return broken;
        }

        var isInfeasible = best is null or { Value: Verdict.OutsideTheBand };
        if (isInfeasible || plan.Status == PlanStatus.Infeasible)
        {
            return isInfeasible == (plan.Status == PlanStatus.Infeasible) ? null : $"status {plan.Status}, the oracle's best is {best}";
        }

        var verdict = oracle.Judge(plan);
        return verdict is null ? "the oracle finds a broken rule"
            : plan.Status != PlanStatus.Optimal ? $"status {plan.Status}"
            : Agreement.Fault(problem, plan, verdict, best!);
    }
}
