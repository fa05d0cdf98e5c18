using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

public sealed class ExhaustiveOracleTests(SolverFixture fixture)
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 100)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Plan_OfASmallProblem_CannotBeBeatenByTryingEverything(int seed)
    {
        var problem = OracleProblems.Create(seed, accounts: 1 + (seed % 3), assets: 2 + (seed % 3), wholeShares: true);
        var least = ExhaustiveOracle.LeastObjective(problem);
        var plan = Planner.Plan(problem, fixture.Solver).Plan;
        plan.Fallback.ShouldBeFalse();
        plan.Status.ShouldBe(PlanStatus.Optimal);
        Agreement.Expect(plan, (double)least, problem);
    }
}
