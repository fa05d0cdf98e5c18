using Rebalancer.Bench.Placement;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Search;

public sealed class SearchRunTests
{
    // Every part of a search looks at the deadline; what it found does once more, to say whether it was cut short.
    private const int LooksOfTheAnswer = 1;

    private static readonly SearchEffort Effort = SearchEffort.ForBest(new ProblemSize(Trades: 200, CashRows: 10, Rows: 10), timeLimitSeconds: 0.2);

    [Fact]
    public void FindBest_WhereNothingIsWorthATrade_IsProvenWithoutASearch()
    {
        var (deadline, portfolio) = (new CountingDeadline(), Portfolio(orderPenalty: 1_000_000));

        var found = Run(portfolio, deadline).FindBest(tolerance: 1e-3);

        found.Values.ShouldAllBe(value => value == 0);
        (found.Objective - found.Bound).ShouldBeInRange(0, 1e-3);
        deadline.Looks.ShouldBe(LooksOfTheAnswer);
    }

    /// <summary>Any plan will do, so the first is taken; what it is said to be off by at most must hold all the same.</summary>
    [Fact]
    public void FindBest_WhereTheGapThatIsAllowedIsWide_StatesABoundThatNoPlanIsBelow()
    {
        var worse = 0;
        for (var seed = 1; seed <= 5; seed++)
        {
            var portfolio = new Portfolio(PortfolioInstance.Create(6, 16, seed));
            var (first, best) = (Run(portfolio, new CountingDeadline()).FindBest(tolerance: 1e9), Run(portfolio, new CountingDeadline()).FindBest(tolerance: 1e-3));

            first.Bound.ShouldBeLessThanOrEqualTo(best.Objective, $"seed {seed}");
            worse += first.Objective > best.Objective + 1e-3 ? 1 : 0;
        }

        worse.ShouldBeGreaterThan(0, "the objective itself would have done for a bound");
    }

    [Fact]
    public void FindBest_WhereARuleStaysBroken_SaysSoHoweverWideTheGap()
    {
        var overdrawn = new Portfolio(Problem("A 0.5, B 0.4", "A 100, B 50",
            [.. Enumerable.Range(0, 10).Select(index => Account($"account-{index}", index == 0 ? -1_000 : 1_000, "A 5", Shares("A"), Shares("B")))]));

        var found = Run(overdrawn, new CountingDeadline()).FindBest(tolerance: 1e9);

        found.Search!.Warnings.ShouldNotBeEmpty();
    }

    [Fact]
    public void FindBest_WhereTradesAreWorthIt_IsSearchedFor()
    {
        var (deadline, portfolio) = (new CountingDeadline(), Portfolio(orderPenalty: 0.5m));

        var found = Run(portfolio, deadline).FindBest(tolerance: 1e-3);

        found.Values.ShouldContain(value => value != 0);
        deadline.Looks.ShouldBeGreaterThan(LooksOfTheAnswer);
    }

    private static Portfolio Portfolio(decimal orderPenalty) => new(Problem(
        "A 0.5, B 0.4",
        "A 100, B 50",
        [.. Enumerable.Range(0, 10).Select(index => Account($"account-{index}", 1_000, "A 5", Shares("A"), Shares("B")))]) with
    {
        OrderPenalty = orderPenalty,
    });

    private static SearchRun Run(Portfolio portfolio, IDeadline deadline) => new(SearchProblem.Of(portfolio), new SolverSession(new NoSolver(), 5, deadline), Effort);

    private sealed class CountingDeadline : IDeadline
    {
        public int Looks { get; private set; }

        public double SecondsLeft => 60;

        public bool HasPassed
        {
            get
            {
                Looks++;
                return false;
            }
        }
    }
}
