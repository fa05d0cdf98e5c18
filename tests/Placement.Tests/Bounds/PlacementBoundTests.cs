using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Bounds;

public sealed class PlacementBoundTests(SolverFixture fixture)
{
    [Fact]
    public void Prove_OfRandomProblemsWithAllRules_IsNeverAboveTheOptimum()
    {
        var close = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var (portfolio, optimum, isRestored) = Optimum(BoundProblems.Create(seed));

            var bound = PlacementBound.Prove(SearchProblem.Of(portfolio), optimum, null, 120, isRestored).Value;

            bound.ShouldBeLessThanOrEqualTo(optimum + (1e-9 * (double)portfolio.TotalValue), $"seed {seed}");
            close += optimum - bound < 2e-4 * (double)portfolio.TotalValue ? 1 : 0;
        }

        // A bound of nothing at all would be valid too.
        close.ShouldBeGreaterThan(60);
    }

    [Fact]
    public void Bound_WithAnyMultipliers_IsNeverAboveTheOptimum()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var (portfolio, optimum, isRestored) = Optimum(BoundProblems.Create(seed));
            var problem = SearchProblem.Of(portfolio);
            var random = new Random(seed);
            var relaxation = new LagrangianRelaxation(problem, TradeRanges.Of(problem, isRestored), isRestored);
            for (var trial = 0; trial < 20; trial++)
            {
                var multipliers = new Multipliers(
                    [.. problem.Room.Select(_ => random.NextDouble() * 0.2)], [.. problem.Gap.Select(_ => (random.NextDouble() - 0.5) * 0.2)],
                    relaxation.HasGainBudget ? random.NextDouble() : 0,
                    [.. problem.Most.Select((_, side) => relaxation.IsSplit(side) ? (random.NextDouble() - 0.5) * 0.1 : 0)],
                    [.. problem.Most.Select((_, side) => relaxation.IsSplit(side) ? random.NextDouble() * 2 : 0)]);

                relaxation.Bound(multipliers, 1 + random.Next(50)).ShouldBeLessThanOrEqualTo(optimum + (1e-9 * (double)portfolio.TotalValue), $"seed {seed}");
            }
        }
    }

    /// <summary>Some positions are above their cap, and some of those cannot be sold: what every plan is short of, the bound is short of too.</summary>
    [Fact]
    public void Prove_OfWhatRestoringLeaves_IsNeverAboveTheOptimum()
    {
        var (restored, shortOfCaps) = (0, 0);
        for (var seed = 0; seed < 100; seed++)
        {
            var (portfolio, optimum, _) = Optimum(CappedProblems.Of(RandomProblems.Create(seed, accounts: 2 + (seed % 3), assets: 4), seed, unsellable: 0.3));
            var outcome = new Restoration(new SearchState(SearchProblem.Of(portfolio))).Restore(new SolverSession(fixture.Solver, 60));
            if (!outcome.IsOfEveryPlan)
            {
                continue;
            }

            PlacementBound.Prove(outcome.Problem, optimum, null, 60, isRestored: true).Value
                .ShouldBeLessThanOrEqualTo(optimum + (1e-9 * (double)portfolio.TotalValue), $"seed {seed}");
            restored++;
            shortOfCaps += outcome.Warnings.Count > 0 ? 1 : 0;
        }

        restored.ShouldBeGreaterThan(50);
        shortOfCaps.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Prove_OfOneAccountWithCashEnough_IsTheOptimumItself()
    {
        // No cash row binds, so nothing is relaxed: 3 shares of 400 are nearer to 1000 than 2, and 100 fractional at least are traded.
        var account = Account("broker", 9000, "", Shares("SPY"), Fractional("BTC", 100));
        var problem = Problem("SPY 0.111, BTC 0.002", "SPY 400, BTC 50000", account) with { OrderPenalty = 0.5m };

        var (portfolio, optimum, isRestored) = Optimum(problem);

        PlacementBound.Prove(SearchProblem.Of(portfolio), optimum, null, 10, isRestored).Value.ShouldBe(optimum, 1e-6);
    }

    [Fact]
    public void Prove_WithMoreSteps_IsNoWorse()
    {
        var problem = SearchProblem.Of(new Portfolio(RandomProblems.Create(7, accounts: 6, assets: 9)));
        var few = PlacementBound.Prove(problem, 5000, null, 5, isRestored: true);

        PlacementBound.Prove(problem, 5000, few.Multipliers, 50, isRestored: true).Value.ShouldBeGreaterThanOrEqualTo(few.Value);
    }

    [Fact]
    public void Prove_AfterTheDeadline_EndsTheClimbWithWhatItHas()
    {
        var closer = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var problem = SearchProblem.Of(new Portfolio(RandomProblems.Create(seed, accounts: 6, assets: 9)));
            var whole = PlacementBound.Prove(problem, 5000, null, 100, isRestored: true);

            var ended = PlacementBound.Prove(problem, 5000, null, 100, isRestored: true, new Passed());

            ended.Value.ShouldBeLessThanOrEqualTo(whole.Value, $"seed {seed}");
            ended.Value.ShouldBeGreaterThan(double.NegativeInfinity, $"seed {seed}");
            closer += whole.Value > ended.Value ? 1 : 0;
        }

        // Half of these have nothing to climb: their first prices are the best.
        closer.ShouldBeGreaterThan(2);
    }

    /// <summary>The optimum of the full model, in base currency, by the exact solver.</summary>
    private (Portfolio Portfolio, double Objective, bool IsRestored) Optimum(PlacementProblem problem)
    {
        var portfolio = new Portfolio(problem);
        var (model, session) = (new PlacementModel(portfolio), new SolverSession(fixture.Solver, 60));
        var isRestored = StageZero.Restore(model, session).Count == 0;
        var outcome = StageOne.Minimise(model, session, 1e-7);
        outcome.IsProven.ShouldBeTrue();
        return (portfolio, model.Scale.Money(model.Objective.At(outcome.Values!)), isRestored);
    }

    private sealed class Passed : IDeadline
    {
        public double SecondsLeft => -1;

        public bool HasPassed => true;
    }
}
