using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Search;

public sealed class RestorationTests(SolverFixture fixture)
{
    /// <summary>Both balances are overdrawn and the one share can be sold for either of them.</summary>
    [Fact]
    public void Restore_WhereWhatIsMissingMayBeSpreadInAnotherWay_DoesNotSpeakForEveryPlan()
    {
        var outcome = Restore(Overdrawn(Shares("SPY"), Shares("SPY") with { Quote = "EUR" }));

        outcome.Warnings.ShouldNotBeEmpty();
        outcome.IsOfEveryPlan.ShouldBeFalse();
    }

    [Fact]
    public void Restore_WhereAllThatHelpsIsSold_SpeaksForEveryPlan()
    {
        var outcome = Restore(Overdrawn(Shares("SPY")));

        outcome.Warnings.ShouldNotBeEmpty();
        outcome.IsOfEveryPlan.ShouldBeTrue();
    }

    /// <summary>Selling the share would keep its cap, bring 2.90 and cost a ticket of 3: cash is restored before caps.</summary>
    [Fact]
    public void Plan_WhereASaleCostsMoreCashThanItBrings_DoesNotMakeItAtTheCostOfCash()
    {
        var problem = Problem(
            "SPY 0.1, GLD 0.5",
            "SPY 2.9, GLD 100",
            Account("overdrawn", -1_000, "SPY 1", Shares("SPY") with { TicketFee = 3 }) with { Caps = Amounts("SPY 0.1") },
            Account("other", 50_000, "", Shares("GLD")));

        var searched = SearchPlacement.Place(new Portfolio(problem with { TimeLimitSeconds = 0.1 }), new SolverSession(fixture.Solver, 5));

        searched.Evaluation.Sizes.Sells.ShouldAllBe(lots => lots == 0);
        searched.Bound!.Value.ShouldBeLessThanOrEqualTo(Planner.Plan(problem, fixture.Solver).Plan.Objective);
    }

    [Fact]
    public void Restore_WhereNothingIsBroken_ChangesNothing()
    {
        var problem = SearchProblem.Of(new Portfolio(Problem("SPY 0.5", "SPY 100", Account("broker", 1_000, "SPY 1", Shares("SPY")))));

        new Restoration(new SearchState(problem)).Restore(new SolverSession(new NoSolver(), 1)).ShouldBe(new RestoredProblem(problem, [], IsOfEveryPlan: true));
    }

    private RestoredProblem Restore(PlacementProblem problem) =>
        new Restoration(new SearchState(SearchProblem.Of(new Portfolio(problem)))).Restore(new SolverSession(fixture.Solver, 5));

    private static PlacementProblem Overdrawn(params PlacementMarket[] markets) => Problem("SPY 0.5, GLD 0.5", "SPY 100, GLD 100, EUR 1.1",
        Account("broker", -1_000, "SPY 1", markets) with { Cash = Amounts("USD -1000, EUR -1000") }, Account("other", 50_000, "", Shares("GLD")));
}
