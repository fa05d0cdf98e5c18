using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

public sealed class GlpkOracleTests(SolverFixture fixture)
{
    [Fact]
    public async Task Plan_OfRandomProblemsBeyondExhaustiveSearch_AgreesWithGlpk()
    {
        var problems = Enumerable.Range(1, 100)
            .Select(seed => OracleProblems.Create(10_000 + seed, accounts: 2 + (seed % 3), assets: 4 + (seed % 2), wholeShares: false))
            .ToList();
        var least = await GlpkOracle.LeastObjectivesAsync(problems, TestContext.Current.CancellationToken);
        foreach (var (problem, objective) in problems.Zip(least))
        {
            var plan = Planner.Plan(problem, fixture.Solver).Plan;
            plan.Status.ShouldBe(PlanStatus.Optimal);

            // GLPK works in doubles with a feasibility tolerance of 1e-7 a row.
            Agreement.Expect(plan, objective, problem, oracleError: 1e-4);
        }
    }
}
