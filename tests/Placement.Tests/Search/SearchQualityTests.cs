using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Placement.Tests.Search;

/// <summary>The search on problems so small that the exact model solves them.</summary>
public sealed class SearchQualityTests(SolverFixture fixture)
{
    [Fact]
    public void Place_OfSmallPortfolios_MostlyFindsTheOptimumAndNeverClaimsMore()
    {
        var found = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 2 + (seed % 3), assets: 3 + (seed % 4));
            var exact = Planner.Plan(problem, fixture.Solver).Plan;
            var gap = exact.TotalValue * 0.000001m;

            var searched = SearchPlacement.Place(new Portfolio(problem with { TimeLimitSeconds = 0.2 }), new SolverSession(fixture.Solver, 5));

            searched.Evaluation.Objective.ShouldBeGreaterThanOrEqualTo(exact.Bound!.Value - gap, $"seed {seed}");
            searched.Bound!.Value.ShouldBeLessThanOrEqualTo(exact.Objective + gap, $"seed {seed}");
            found += searched.Evaluation.Objective <= exact.Objective + gap ? 1 : 0;
        }

        found.ShouldBeGreaterThanOrEqualTo(12);
    }

    [Fact]
    public void Place_WithFewestTrades_NeverClaimsFewerThanThereAre()
    {
        for (var seed = 0; seed < 15; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 2 + (seed % 3), assets: 3 + (seed % 3)) with
            {
                Objective = PlacementObjective.FewestTrades, Band = 0.08m,
            };
            var exact = Planner.Plan(problem, fixture.Solver).Plan;

            var searched = SearchPlacement.Place(new Portfolio(problem with { TimeLimitSeconds = 0.2 }), new SolverSession(fixture.Solver, 5));

            if (exact.FallbackObjective is null && searched.FallbackObjective is null)
            {
                searched.TradesBound!.Value.ShouldBeLessThanOrEqualTo(exact.Trades.Count, $"seed {seed}");
                searched.Evaluation.Sizes.Count.ShouldBeGreaterThanOrEqualTo(exact.TradesBound!.Value, $"seed {seed}");
            }
        }
    }
}
